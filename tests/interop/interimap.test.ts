/**
 * interimap, which keeps two servers alike by QRESYNC alone, compressed: two accounts of ours, with new
 * mail, flags and removals on both sides.
 */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FLAGGED, SEEN } from "../../lib/mail/flags.ts";
import { PASSWORD } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { beside } from "./beside.ts";

const ALICE = "alice@example.test";
const BOB = "bob@example.test";
const here = beside("interimap", [ALICE, BOB], () => {
  mkdirSync(join(here.folder, "data", "interimap"), { recursive: true, mode: 0o700 });
  writeFileSync(join(here.folder, "config"), `${side("local", ALICE)}${side("remote", BOB)}`);
  chmodSync(join(here.folder, "config"), 0o600);
});
const { skip } = here;

const side = (name: string, user: string) => `
[${name}]
type = imap
host = 127.0.0.1
port = ${here.engine.ports.imap}
STARTTLS = NO
username = ${user}
password = ${PASSWORD}
compress = YES
`;

async function sync(): Promise<void> {
  const env = { XDG_DATA_HOME: join(here.folder, "data"), XDG_CONFIG_HOME: here.folder };
  const ran = await run("interimap", ["--config", join(here.folder, "config"), "INBOX"], { env });
  assert.equal(ran.code, 0, ran.err + ran.out);
}

const letter = (n: number) =>
  `From: x@example.test\r\nMessage-ID: <${n}@example.test>\r\nSubject: ${n}\r\n\r\n${"x".repeat(n)}\r\n`;

async function inbox(address: string) {
  const { store } = here.engine.engine.ctx;
  const open = await store.openFolder(await here.engine.mailboxId(address), "INBOX");
  const rows = Array.from({ length: open.count }, (_, row) => open.messageAt(row));
  open.close();
  return { id: open.folder.id, rows, state: rows.map(({ size, flags }) => [size, flags]).sort() };
}

async function sameOnBothSides() {
  const [alice, bob] = [await inbox(ALICE), await inbox(BOB)];
  assert.deepEqual(alice.state, bob.state);
  return { alice, bob };
}

test("new mail, flags and removals go both ways", { skip, timeout: 60_000 }, async () => {
  const { store } = here.engine.engine.ctx;
  for (const n of [1, 2, 3]) await here.engine.deliver(ALICE, letter(n));
  await here.engine.deliver(BOB, letter(4));
  await sync();
  const first = await sameOnBothSides();
  assert.equal(first.alice.rows.length, 4);

  const [a = 0, b = 0] = first.alice.rows.map(({ uid }) => uid);
  const last = first.bob.rows.at(-1)?.uid ?? 0;
  await store.expunge(first.alice.id, [a], { force: true });
  await store.setFlags(first.alice.id, [b], { action: "add", bits: SEEN, keywords: [] });
  await store.setFlags(first.bob.id, [last], { action: "add", bits: FLAGGED, keywords: [] });
  await here.engine.deliver(BOB, letter(5));
  await sync();
  const second = await sameOnBothSides();
  assert.equal(second.alice.rows.length, 4);
  assert.deepEqual(
    second.alice.rows.map(({ flags }) => flags).sort(),
    [0, 0, SEEN, FLAGGED].sort(),
  );
});
