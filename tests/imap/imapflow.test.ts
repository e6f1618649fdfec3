/** What a real client does all day: imapflow against the real engine. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { ImapFlow } from "imapflow";
import type { ImapFlowOptions } from "imapflow";
import { PASSWORD } from "../support/engine.ts";
import { rightsOf } from "../../lib/mail/rights.ts";
import { ALICE, BOB, HELLO, imapEngine, lines } from "./support.ts";

const engine = await imapEngine();

function connect(options: Partial<ImapFlowOptions> = {}): ImapFlow {
  return new ImapFlow({
    host: "127.0.0.1",
    port: engine.ports.imap,
    secure: false,
    tls: { rejectUnauthorized: false },
    auth: { user: ALICE, pass: PASSWORD },
    logger: false,
    ...options,
  });
}

const client = connect();
before(() => client.connect());
after(() => client.close());

test("it takes TLS when offered, and finds the special folders", async () => {
  assert.equal(client.secureConnection, true);
  const folders = await client.list({ statusQuery: { messages: true, unseen: true } });
  const uses = new Map(folders.map((folder) => [folder.path, folder.specialUse]));
  assert.equal(uses.get("Sent"), "\\Sent");
  assert.equal(uses.get("Trash"), "\\Trash");
  assert.equal(folders.find(({ path }) => path === "INBOX")?.status?.messages, 0);
});

test("it compresses what is said", () => {
  assert.ok(Reflect.get(client, "_inflate"), "COMPRESS=DEFLATE is active");
});

test("folders with any name are made, renamed, removed", async () => {
  await client.mailboxCreate(["Projekte", "Entwürfe & 日本"]);
  await client.mailboxRename(["Projekte", "Entwürfe & 日本"], ["Projekte", "fertig"]);
  const paths = (await client.list()).map(({ path }) => path);
  assert.ok(paths.includes("Projekte/fertig"), paths.join());
  await client.mailboxDelete("Projekte/fertig");
  await client.mailboxDelete("Projekte");
});

/** Every octet value but NUL, CR and LF, with long lines: nothing may be touched. */
const NOISE = Buffer.concat([
  Buffer.from(lines("From: x@example.test", "Subject: noise", "")),
  Buffer.from(
    Array.from({ length: 3_000_000 }, (_, i) => (i % 77 === 76 ? 10 : (i * 31) % 256 || 1)),
  ),
]);

test("a message comes back octet for octet", async () => {
  const appended = await client.append("INBOX", NOISE, ["\\Flagged", "$Work"]);
  assert.ok(appended !== false && appended.uid !== undefined);
  const lock = await client.getMailboxLock("INBOX");
  try {
    const { content } = await client.download(String(appended.uid), undefined, { uid: true });
    assert.ok(content);
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk as Buffer);
    assert.ok(Buffer.concat(chunks).equals(NOISE));
    const message = await client.fetchOne(
      String(appended.uid),
      { flags: true, size: true },
      { uid: true },
    );
    assert.ok(message !== false);
    assert.equal(message.size, NOISE.length);
    assert.deepEqual([...(message.flags ?? [])].sort(), ["$Work", "\\Flagged"]);
  } finally {
    lock.release();
  }
});

test("lists, flags, searches and moves", async () => {
  await client.append("INBOX", HELLO);
  const lock = await client.getMailboxLock("INBOX");
  try {
    const found = await client.search({ subject: "hello", from: "bob" }, { uid: true });
    assert.ok(found && found.length === 1);
    const uid = String(found[0]);
    const message = await client.fetchOne(
      uid,
      { envelope: true, bodyStructure: true, headers: ["subject"], threadId: true, flags: true },
      { uid: true },
    );
    assert.ok(message !== false);
    assert.equal(message.envelope?.subject, "Hello");
    assert.equal(message.envelope?.from?.[0]?.address, "bob@example.test");
    assert.equal(message.bodyStructure?.type, "text/plain");
    assert.equal(message.headers?.toString(), "Subject: Hello\r\n\r\n");
    assert.match(message.emailId ?? "", /^M/);

    await client.messageFlagsAdd(uid, ["\\Seen"], { uid: true });
    assert.deepEqual(await client.search({ seen: true, uid }, { uid: true }), [Number(uid)]);
    const moved = await client.messageMove(uid, "Archive", { uid: true });
    assert.ok(moved !== false);
    assert.equal(moved.uidMap?.get(Number(uid)), 1);
    assert.deepEqual(await client.search({ uid }, { uid: true }), []);
  } finally {
    lock.release();
  }
  const status = await client.status("Archive", { messages: true, unseen: true });
  assert.ok(status !== false);
  assert.equal(status.messages, 1);
});

test("while it idles it hears of a delivery and of another client's deed", async () => {
  await client.mailboxOpen("INBOX");
  const exists = once(client, "exists");
  const idling = client.idle();
  await engine.deliver(ALICE, HELLO);
  const [event] = (await exists) as [{ count: number; prevCount: number }];
  assert.equal(event.count, event.prevCount + 1);

  const other = connect();
  await other.connect();
  await other.mailboxOpen("INBOX");
  const gone = once(client, "expunge");
  await other.messageDelete("*");
  const [{ seq }] = (await gone) as [{ seq: number }];
  assert.equal(seq, event.count);
  await other.logout();
  await client.noop();
  await idling;
});

test("with QRESYNC it is told on return what it missed, and then by uid", async () => {
  await client.mailboxCreate("away");
  for (let i = 0; i < 4; i++) await client.append("away", HELLO);
  const returning = connect({ qresync: true });
  await returning.connect();
  const { uidValidity, highestModseq } = await returning.mailboxOpen("away");
  assert.ok(highestModseq !== undefined);
  await returning.mailboxClose();

  await client.mailboxOpen("away");
  await client.messageDelete("2:3", { uid: true });
  await client.messageFlagsAdd("4", ["\\Flagged"], { uid: true });
  const expunged: unknown[] = [];
  const flagged: unknown[] = [];
  returning.on("expunge", ({ uid, vanished, earlier }) => expunged.push([uid, vanished, earlier]));
  returning.on("flags", ({ uid, flags }) => flagged.push([uid, [...flags]]));
  await returning.mailboxOpen("away", { uidValidity, changedSince: highestModseq });
  assert.deepEqual(expunged, [
    [2, true, true],
    [3, true, true],
  ]);
  assert.deepEqual(flagged, [[4, ["\\Flagged"]]]);

  await client.messageDelete("1", { uid: true });
  await returning.noop();
  assert.deepEqual(expunged.at(-1), [1, true, false]);
  await returning.logout();
});

test("what another shares is found in a namespace of its own, read, and written where that is allowed", async () => {
  await client.mailboxCreate("Team");
  const store = engine.engine.ctx.store;
  const folder = await store.findFolder(await engine.mailboxId(ALICE), "Team");
  const granteeId = await engine.mailboxId(BOB);
  assert.ok(folder);
  const rights = rightsOf("lrsi");
  await store.changeAcl(folder, { granteeId, negative: false, mode: "set", rights });
  await engine.deliver(ALICE, HELLO, "Team");

  const bob = connect({ auth: { user: BOB, pass: PASSWORD } });
  await bob.connect();
  const path = `Other Users/${ALICE}/Team`;
  const listed = (await bob.list()).map((mailbox) => mailbox.path);
  assert.ok(listed.includes(path), listed.join());
  const opened = await bob.mailboxOpen(path);
  assert.equal(opened.readOnly, false);
  assert.deepEqual([...(opened.permanentFlags ?? [])], ["\\Seen"]);
  const message = await bob.fetchOne("1", { envelope: true, flags: true });
  assert.equal(message !== false && message.envelope?.subject, "Hello");
  await bob.messageFlagsAdd("1", ["\\Seen", "\\Flagged"]);
  await bob.append(path, HELLO);
  await bob.messageCopy("1", "INBOX");
  const inbox = await bob.status("INBOX", { messages: true });
  assert.equal(inbox !== false && inbox.messages, 1);
  await bob.logout();
  const team = await client.status("Team", { unseen: true, messages: true });
  assert.deepEqual(team !== false && [team.unseen, team.messages], [1, 2]);
});
