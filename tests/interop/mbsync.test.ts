/** mbsync (isync): two-way synchronisation of a mailbox with a Maildir, with flags and deletes on both sides. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ImapFlow } from "imapflow";
import { PASSWORD } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { beside } from "./beside.ts";

const ALICE = "alice@example.test";
const here = beside("mbsync", [ALICE], () => {
  mkdirSync(join(here.folder, "mail"));
  writeFileSync(join(here.folder, "mbsyncrc"), configuration());
  chmodSync(join(here.folder, "mbsyncrc"), 0o600);
});
const { skip } = here;

const configuration = () => `
IMAPAccount posthorn
Host 127.0.0.1
Port ${here.engine.ports.imap}
User ${ALICE}
Pass "${PASSWORD}"
SSLType None
AuthMechs LOGIN

IMAPStore remote
Account posthorn

MaildirStore local
Path ${here.folder}/mail/
Inbox ${here.folder}/mail/INBOX
SubFolders Verbatim

Channel all
Far :remote:
Near :local:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
`;

async function sync(): Promise<void> {
  const ran = await run("mbsync", ["-c", join(here.folder, "mbsyncrc"), "-a"]);
  assert.equal(ran.code, 0, ran.err + ran.out);
}

const inbox = () =>
  ["cur", "new"].flatMap((part) =>
    readdirSync(join(here.folder, "mail/INBOX", part)).map((name) =>
      join(here.folder, "mail/INBOX", part, name),
    ),
  );

async function withImap<T>(work: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = new ImapFlow({
    host: "127.0.0.1",
    port: here.engine.ports.imaps,
    secure: true,
    tls: { rejectUnauthorized: false },
    auth: { user: ALICE, pass: PASSWORD },
    logger: false,
  });
  await client.connect();
  const lock = await client.getMailboxLock("INBOX");
  try {
    return await work(client);
  } finally {
    lock.release();
    await client.logout();
  }
}

test("what is on the server comes down, folders too", { skip }, async () => {
  for (const n of [1, 2, 3]) await here.engine.deliver(ALICE, `Subject: ${n}\r\n\r\nbody ${n}\r\n`);
  await sync();
  assert.equal(inbox().length, 3);
  for (const name of ["Drafts", "Sent", "Junk", "Trash", "Archive"]) {
    assert.ok(readdirSync(join(here.folder, "mail")).includes(name), name);
  }
});

test("a flag set here goes up, a flag set there comes down", { skip }, async () => {
  const [first] = inbox();
  assert.ok(first);
  renameSync(first, first.replace("/new/", "/cur/").replace(/(:2,.*)?$/, ":2,F"));
  await withImap((client) => client.messageFlagsAdd("2:3", ["\\Seen"]));
  await sync();
  const flagged = await withImap(async (client) => (await client.search({ flagged: true })) || []);
  assert.equal(flagged.length, 1);
  assert.equal(inbox().filter((name) => /:2,[A-Z]*S/.test(name)).length, 2);
});

test("a message written here is appended there, byte for byte", { skip }, async () => {
  const text = "Subject: from below\r\nMessage-ID: <below@example.test>\r\n\r\nHello up there.\r\n";
  writeFileSync(join(here.folder, "mail/INBOX/new/1.2.here"), text.replaceAll("\r\n", "\n"));
  await sync();
  const source = await withImap(async (client) => {
    const [uid] = (await client.search({ subject: "from below" }, { uid: true })) || [];
    const found = await client.fetchOne(String(uid), { source: true }, { uid: true });
    return found ? found.source : undefined;
  });
  assert.ok(
    source
      ?.toString()
      .replace(/^X-TUID:.*\r\n/m, "")
      .endsWith(text),
    source?.toString(),
  );
});

test("deletes go both ways", { skip }, async () => {
  const [gone] = inbox();
  assert.ok(gone);
  rmSync(gone);
  await withImap((client) => client.messageDelete("3"));
  await sync();
  const left = await withImap(async (client) => (await client.search({ all: true })) || []);
  assert.equal(left.length, 2);
  assert.equal(inbox().length, 2);
});
