/** `posthorn verify` beside an engine that runs: what agrees, and what somebody has broken. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import pg from "pg";
import { testFolder } from "../support/cluster.ts";
import { startTestEngine } from "../support/engine.ts";

const ALICE = "alice@example.test";
const folder = testFolder();
const engine = await startTestEngine({ mailboxes: [ALICE] });
const db = new pg.Client(engine.databaseUrl);
await db.connect();
after(async () => {
  await db.end();
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});
await engine.deliver(ALICE, "Subject: one\r\n\r\nText.\r\n");
await engine.deliver(ALICE, `Subject: large\r\n\r\n${"x".repeat(70)}\r\n`.repeat(20_000));

function verify(...args: string[]) {
  const child = spawn(join(import.meta.dirname, "../../bin/posthorn"), ["verify", ...args], {
    cwd: tmpdir(),
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      POSTHORN_DATA: folder,
      DATABASE_URL: engine.databaseUrl,
    },
  });
  let stdout = "";
  child.stdout.on("data", (data) => (stdout += String(data)));
  return new Promise<{ code: number | null; stdout: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, stdout })),
  );
}

test("a store that is well is exit 0, and every body was hashed", async () => {
  const { code, stdout } = await verify();
  assert.match(
    stdout,
    /^The mail store agrees with itself\. 2 message bodies hashed, 1\.7 MiB\.$/m,
  );
  assert.equal(code, 0);
  const quick = await verify("--quick");
  assert.equal(quick.stdout, "The mail store agrees with itself.\n");
  assert.equal(quick.code, 0);
});

test("counters, quota and bodies that do not agree are exit 1, one line each", async () => {
  await db.query("UPDATE folder SET unseen = unseen - 1 WHERE name = 'INBOX'");
  await db.query(
    "UPDATE mailbox SET used_bytes = used_bytes + 1, used_messages = used_messages + 2",
  );
  await db.query(
    "UPDATE blob SET sha256 = sha256(''::bytea) WHERE id = (SELECT min(id) FROM blob)",
  );
  const { code, stdout } = await verify();
  assert.equal(code, 1);
  assert.match(stdout, /^folder \d+ \(INBOX\): unseen says 1, its messages say 2$/m);
  assert.match(stdout, /^mailbox [\w-]+: used_bytes says \d+, its folders say \d+$/m);
  assert.match(stdout, /^mailbox [\w-]+: used_messages says 4, its folders say 2$/m);
  assert.match(stdout, /^blob \d+: hash is wrong$/m);
  assert.match(stdout, /^4 faults found\. 2 message bodies hashed/m);

  const machine = await verify("--json");
  assert.equal(machine.code, 1);
  const { faults, messagesHashed } = JSON.parse(machine.stdout);
  assert.equal(faults.length, 4);
  assert.equal(messagesHashed, 2);
  assert.equal(JSON.parse((await verify("--json", "--quick")).stdout).faults.length, 3);
});

test("what it does not know is wrong usage", async () => {
  assert.equal((await verify("--fast")).code, 2);
  assert.equal((await verify("INBOX")).code, 2);
});
