/**
 * offlineimap (offlineimap3), the client that keeps no state of CONDSTORE and compares whole lists of UIDs:
 * a mailbox and Maildirs kept alike both ways, compressed, with folders whose names are not ASCII.
 */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FLAGGED, SEEN } from "../../lib/mail/flags.ts";
import { PASSWORD } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { beside } from "./beside.ts";

const ALICE = "alice@example.test";
const here = beside("offlineimap", [ALICE], () => {
  mkdirSync(join(here.folder, "mail"));
  writeFileSync(join(here.folder, "offlineimaprc"), configuration());
  chmodSync(join(here.folder, "offlineimaprc"), 0o600);
});
const { skip } = here;

const configuration = () => `
[general]
accounts = alice
metadata = ${here.folder}/state
ui = basic
fsync = no

[Account alice]
localrepository = here
remoterepository = there
utf8foldernames = yes

[Repository here]
type = Maildir
localfolders = ${here.folder}/mail
sep = /

[Repository there]
type = IMAP
remotehost = 127.0.0.1
remoteport = ${here.engine.ports.imap}
remoteuser = ${ALICE}
remotepass = ${PASSWORD}
ssl = no
starttls = no
usecompression = yes
`;

/** Runs it once. What it could not do it says in words and goes on: so the words are looked at, too. */
async function sync(): Promise<void> {
  const ran = await run("offlineimap", ["-c", join(here.folder, "offlineimaprc"), "-o"], {});
  assert.equal(ran.code, 0, ran.err + ran.out);
  assert.doesNotMatch(ran.err + ran.out, /ERROR|Traceback/);
}

/** The files of one Maildir, below "cur" and "new". */
const filesOf = (name: string) =>
  ["cur", "new"].flatMap((part) => {
    const path = join(here.folder, "mail", name, part);
    return readdirSync(path).map((file) => join(path, file));
  });

/** Puts a letter into a Maildir as a client on this side would: lines end in LF there. */
function writeHere(name: string, text: Buffer): void {
  for (const part of ["cur", "new", "tmp"]) {
    mkdirSync(join(here.folder, "mail", name, part), { recursive: true });
  }
  const lines = text.toString("latin1").replaceAll("\r\n", "\n");
  writeFileSync(join(here.folder, "mail", name, "new", `${written++}.1.here`), lines, "latin1");
}
let written = 1;

/** A letter whose body has all of UTF-8's lengths, and octets that are no UTF-8 at all. */
const letter = (n: number) =>
  Buffer.concat([
    Buffer.from(`From: x@example.test\r\nMessage-ID: <${n}@example.test>\r\nSubject: ${n}\r\n`),
    Buffer.from("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=x-unknown\r\n"),
    Buffer.from("Content-Transfer-Encoding: 8bit\r\n\r\nZażółć 日本 😀\r\n"),
    Buffer.from([0x80, 0xff, 0xa4, 0x0d, 0x0a]),
  ]);

const unix = (octets: Buffer) =>
  Buffer.from(octets.toString("latin1").replaceAll("\r\n", "\n"), "latin1");

/** A folder on the server: its messages and their octets, in the order of arrival. */
async function there(name: string) {
  const { store } = here.engine.engine.ctx;
  const open = await store.openFolder(await here.engine.mailboxId(ALICE), name);
  const rows = Array.from({ length: open.count }, (_, row) => open.messageAt(row));
  open.close();
  const octets: Buffer[] = [];
  for (const { blobId } of rows) {
    const chunks: Buffer[] = [];
    for await (const chunk of store.readBlob(blobId)) chunks.push(chunk);
    octets.push(Buffer.concat(chunks));
  }
  return { id: open.folder.id, rows, octets };
}

const filedOctets = (name: string) => filesOf(name).map((path) => readFileSync(path));

const holds = (octets: Buffer[], wanted: Buffer) => octets.some((one) => one.equals(wanted));

test(
  "folders and their letters come down, octet for octet",
  { skip, timeout: 60_000 },
  async () => {
    const { store } = here.engine.engine.ctx;
    await store.createFolder(await here.engine.mailboxId(ALICE), "Überblick/日本 & Co");
    for (const n of [1, 2, 3]) await here.engine.deliver(ALICE, letter(n));
    await here.engine.deliver(ALICE, letter(4), "Überblick/日本 & Co");
    await sync();
    assert.equal(filesOf("INBOX").length, 3);
    assert.ok(existsSync(join(here.folder, "mail/Überblick/日本 & Co/cur")));
    for (const n of [1, 2, 3])
      assert.ok(holds(filedOctets("INBOX"), unix(letter(n))), `letter ${n}`);
    assert.ok(holds(filedOctets("Überblick/日本 & Co"), unix(letter(4))));
  },
);

test(
  "folders and letters made here go up, octet for octet",
  { skip, timeout: 60_000 },
  async () => {
    writeHere("INBOX", letter(5));
    writeHere("Überblick/Žluťoučký", letter(6));
    await sync();
    assert.ok(holds((await there("INBOX")).octets, letter(5)));
    const made = await there("Überblick/Žluťoučký");
    assert.deepEqual(made.octets, [letter(6)]);
  },
);

test("flags and removals go both ways", { skip, timeout: 60_000 }, async () => {
  const { store } = here.engine.engine.ctx;
  const before = await there("INBOX");
  const [first = 0, second = 0, third = 0] = before.rows.map(({ uid }) => uid);
  const fileOf = (uid: number) =>
    filesOf("INBOX").find((path) => path.includes(`,U=${uid},`)) ?? "";
  renameSync(
    fileOf(first),
    fileOf(first).replace(/\/(new|cur)\/(.*),FMD5=(\w+):2,.*$/, "/cur/$2,FMD5=$3:2,F"),
  );
  rmSync(fileOf(second));
  await store.setFlags(before.id, [third], { action: "add", bits: SEEN, keywords: [] });
  await sync();
  const after = await there("INBOX");
  assert.deepEqual(
    after.rows.map(({ uid, flags }) => [uid, flags]),
    before.rows
      .filter(({ uid }) => uid !== second)
      .map(({ uid }) => [uid, uid === first ? FLAGGED : uid === third ? SEEN : 0]),
  );
  assert.match(fileOf(third), /:2,S$/);

  await store.expunge(after.id, [third], { force: true });
  await sync();
  assert.equal(fileOf(third), "");
  assert.equal(filesOf("INBOX").length, (await there("INBOX")).rows.length);
});

test("a run when nothing has changed changes nothing", { skip, timeout: 60_000 }, async () => {
  const before = await there("INBOX");
  await sync();
  assert.deepEqual((await there("INBOX")).rows, before.rows);
});
