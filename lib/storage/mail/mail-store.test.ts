import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import {
  acceptance,
  bytes,
  delivery,
  eventually,
  letter,
  queueEntry,
  read,
  storageFixture,
} from "../../../tests/support/storage.ts";
import { DELETED, FLAGGED, SEEN } from "../../mail/flags.ts";
import { newId } from "../../mail/ids.ts";
import { rightsOf } from "../../mail/rights.ts";
import type { FolderChange } from "../../mail/ports.ts";
import { CHUNK_BYTES } from "./blob-writer.ts";
import { checkStore } from "./check.ts";
import { mailboxFingerprints } from "./mailbox-fingerprints.ts";

const fixture = await storageFixture();
const { store, pool } = fixture;
after(async () => {
  assert.deepEqual(await checkStore(pool), []);
  await fixture.close();
});

const isRefusal = (kind: string) => (error: unknown) =>
  error instanceof Error && "kind" in error && error.kind === kind;

test("what was accepted is in the folder, byte for byte, when the promise resolves", async () => {
  const ann = await fixture.mailbox("ann");
  const inbox = await store.openFolder(ann, "InBox");
  const bytesIn = Buffer.from("Subject: =?x\r\n\r\n\0\xff bytes\n bare lf", "latin1");
  const event = {
    id: newId(),
    at: new Date(),
    kind: "message.accepted",
    text: "a \0 \ud800",
  } as const;
  const [stored] = await store.accept(
    acceptance(bytes(bytesIn), [delivery(ann)], { events: [event] }),
  );
  assert.deepEqual([stored?.folder, stored?.uid, inbox.count], ["INBOX", 1, 1]);
  assert.deepEqual(await read(store.readBlob(inbox.blobAt(0))), bytesIn);
  assert.equal(inbox.folder.messages, 1);
  assert.equal(inbox.folder.unseen, 1);
  inbox.close();
});

test("one message to many mailboxes is one blob; an unknown folder is INBOX", async () => {
  const ids = [await fixture.mailbox("b1"), await fixture.mailbox("b2")];
  const [one = "", two = ""] = ids;
  const stored = await store.accept(
    acceptance(letter("to both"), [delivery(one, "No such"), delivery(two, "Junk")]),
  );
  assert.deepEqual(
    stored.map((place) => place.folder),
    ["INBOX", "Junk"],
  );
  const views = [await store.openFolder(one, "INBOX"), await store.openFolder(two, "Junk")];
  assert.equal(views[0]?.blobAt(0), views[1]?.blobAt(0));
  assert.equal(views[0]?.messageAt(0).emailId, views[1]?.messageAt(0).emailId);
  assert.notEqual(views[0]?.messageAt(0).threadId, views[1]?.messageAt(0).threadId);
  for (const view of views) view.close();
});

test("slices of a long message are read across its chunks", async () => {
  const ann = await fixture.mailbox("slices");
  const content = randomBytes(CHUNK_BYTES * 2 + 1000);
  await store.accept(acceptance(bytes(content), [delivery(ann)]));
  const inbox = await store.openFolder(ann, "INBOX");
  const id = inbox.blobAt(0);
  const slices = [
    [0, 10],
    [CHUNK_BYTES - 5, 10],
    [CHUNK_BYTES * 2 - 1, 500],
    [content.length - 3, 100],
    [content.length, 5],
    [CHUNK_BYTES * 4, 5],
    [10, 0],
  ] as const;
  for (const [offset, length] of slices) {
    const slice = await read(store.readBlob(id, offset, length));
    assert.deepEqual(slice, content.subarray(offset, offset + length), `${offset}+${length}`);
  }
  assert.deepEqual(await read(store.blobSource({ id, size: content.length }).open()), content);
  await assert.rejects(read(store.readBlob(999_999)), isRefusal("unavailable"));
  inbox.close();
});

test("APPEND is atomic: no room for the second means neither", async () => {
  const small = await fixture.mailbox("small", 100);
  const inbox = await store.openFolder(small, "INBOX");
  const message = {
    source: letter("0123456789"),
    flags: 0,
    keywords: [],
    internalDate: new Date(0),
  };
  const both = store.append(inbox.folder, [message, message]);
  await assert.rejects(both, isRefusal("mailboxFull"));
  assert.equal(inbox.count, 0);
  const { uids } = await store.append(inbox.folder, [message]);
  assert.deepEqual(uids, [1]);
  assert.deepEqual(inbox.internalDateAt(0), new Date(0));
  await assert.rejects(store.copy(inbox.folder.id, uids, inbox.folder), isRefusal("mailboxFull"));
  assert.equal((await store.quota(small)).usedMessages, 1);
  inbox.close();
});

test("STORE adds, removes and replaces; what changes nothing raises no modseq", async () => {
  const ann = await fixture.mailbox("flags");
  await store.accept(acceptance(letter("1"), [delivery(ann)]));
  await store.accept(acceptance(letter("2"), [delivery(ann)]));
  const inbox = await store.openFolder(ann, "INBOX");
  const { id } = inbox.folder;
  const added = await store.setFlags(id, [1, 2, 77], {
    action: "add",
    bits: SEEN | DELETED,
    keywords: ["$Work"],
  });
  assert.deepEqual([added.changed, added.refused], [[1, 2], []]);
  assert.deepEqual([inbox.folder.unseen, inbox.folder.deleted], [0, 2]);
  assert.deepEqual(inbox.keywordsAt(0), ["$Work"]);

  const again = await store.setFlags(id, [1], { action: "add", bits: SEEN, keywords: ["$WORK"] });
  assert.deepEqual([again.changed, again.modseq], [[], added.modseq]);

  const edit = { action: "replace", bits: FLAGGED, keywords: [] } as const;
  const replaced = await store.setFlags(id, [1], edit);
  assert.equal(replaced.modseq, added.modseq + 1);
  assert.deepEqual([inbox.flagsAt(0), inbox.keywordsAt(0)], [FLAGGED, []]);

  const late = await store.setFlags(id, [1, 2], edit, added.modseq);
  assert.deepEqual([late.changed, late.refused], [[2], [1]]);
  inbox.close();
});

test("COPY and MOVE say which uid became which; EXPUNGE takes only what is deleted", async () => {
  const ann = await fixture.mailbox("move");
  for (const words of ["a", "b", "c"])
    await store.accept(acceptance(letter(words), [delivery(ann)]));
  const inbox = await store.openFolder(ann, "INBOX");
  const trash = await store.openFolder(ann, "Trash");
  const changes: FolderChange[] = [];
  inbox.onChange((change) => changes.push(change));

  const copied = await store.copy(inbox.folder.id, [3, 1, 99], trash.folder);
  assert.deepEqual(
    [copied.from, copied.to],
    [
      [1, 3],
      [1, 2],
    ],
  );
  assert.equal(copied.uidValidity, trash.folder.uidValidity);
  assert.equal(trash.messageAt(0).emailId, inbox.messageAt(0).emailId);

  const moved = await store.move(inbox.folder.id, [2], trash.folder);
  assert.deepEqual([moved.from, moved.to, inbox.count, trash.count], [[2], [3], 2, 3]);
  const here = await store.move(inbox.folder.id, [1], inbox.folder);
  assert.deepEqual([here.from, here.to, [...inbox.uids()]], [[1], [4], [3, 4]]);

  await store.setFlags(inbox.folder.id, [4], { action: "add", bits: DELETED, keywords: [] });
  assert.deepEqual(await store.expunge(inbox.folder.id, [3, 4, 5]), [4]);
  assert.deepEqual(await store.expunge(inbox.folder.id, [3], { force: true }), [3]);
  assert.deepEqual(
    changes.map((c) => [c.added, c.expunged, c.changed]),
    [
      [[], [2], []],
      [[4], [1], []],
      [[], [], [4]],
      [[], [4], []],
      [[], [3], []],
    ],
  );
  assert.deepEqual(await store.expungedSince(inbox.folder.id, 0), [1, 2, 3, 4]);
  assert.deepEqual(await store.expungedSince(inbox.folder.id, inbox.folder.highestModseq), []);
  inbox.close();
  trash.close();
});

test("messages that go into another mailbox need room there, and free it here", async () => {
  const ann = await fixture.mailbox("from");
  const bob = await fixture.mailbox("to", 1000);
  const used = async (id: string) => (await store.quota(id)).usedBytes;
  const message = letter("x".repeat(400));
  for (let i = 0; i < 3; i++) await store.accept(acceptance(message, [delivery(ann)]));
  const source = await store.findFolder(ann, "INBOX");
  const target = await store.findFolder(bob, "Archive");
  assert.ok(source && target);
  await store.setFlags(source.id, [1, 2, 3], {
    action: "add",
    bits: SEEN | FLAGGED,
    keywords: ["K"],
  });
  await assert.rejects(store.copy(source.id, [1, 2, 3], target), isRefusal("mailboxFull"));
  await assert.rejects(store.move(source.id, [1, 2, 3], target), isRefusal("mailboxFull"));
  await store.move(source.id, [1], target, { bits: SEEN, keywords: false });
  const [here, there] = [await used(ann), await used(bob)];
  assert.deepEqual([here, there], [2 * there, here / 2]);
  const view = await store.openFolder(bob, "Archive");
  assert.deepEqual([view.flagsAt(0), view.keywordsAt(0), view.folder.unseen], [SEEN, [], 0]);
  view.close();
});

test("a limit on messages: COPY and what comes from elsewhere need room, MOVE within a mailbox does not", async () => {
  const ann = await fixture.mailbox("many");
  const bob = await fixture.mailbox("few", 2 ** 30, 3);
  const used = async (id: string) => (await store.quota(id)).usedMessages;
  for (const words of ["1", "2", "3"]) {
    await store.accept(acceptance(letter(words), [delivery(ann), delivery(bob)]));
  }
  const [source, inbox, archive] = [
    await store.findFolder(ann, "INBOX"),
    await store.findFolder(bob, "INBOX"),
    await store.findFolder(bob, "Archive"),
  ];
  assert.ok(source && inbox && archive);
  await assert.rejects(store.copy(inbox.id, [1], archive), isRefusal("mailboxFull"));
  await assert.rejects(store.copy(source.id, [1], archive), isRefusal("mailboxFull"));
  await assert.rejects(store.move(source.id, [1], archive), isRefusal("mailboxFull"));
  await store.copy(inbox.id, [99], archive); // nothing needs no room

  await store.move(inbox.id, [1, 2], archive);
  assert.equal(await used(bob), 3);
  await store.expunge(inbox.id, [3], { force: true });
  assert.equal(await used(bob), 2);
  await store.move(source.id, [3], archive);
  assert.deepEqual([await used(ann), await used(bob)], [2, 3]);
  await store.deleteFolder(bob, "Archive");
  assert.equal(await used(bob), 0);
  await store.copy(source.id, [1, 2], inbox);
  assert.deepEqual([await used(ann), await used(bob)], [2, 2]);
});

test("REPLACE at the limit on messages takes the old one's place, also above a lowered limit", async () => {
  const ann = await fixture.mailbox("drafts", 2 ** 30, 2);
  const drafts = await store.findFolder(ann, "Drafts");
  assert.ok(drafts);
  const message = (words: string) => ({
    ...{ source: letter(words), flags: 0, keywords: [], internalDate: new Date(0) },
  });
  await store.append(drafts, [message("1"), message("2")]);
  await assert.rejects(store.append(drafts, [message("3")]), isRefusal("mailboxFull"));
  await store.replace(drafts.id, 1, { to: drafts, message: message("1, longer") });
  await fixture.prisma.mailbox.update({ where: { id: ann }, data: { quotaMessages: 1 } });
  await store.replace(drafts.id, 2, { to: drafts, message: message("2, longer") });
  await assert.rejects(store.append(drafts, [message("3")]), isRefusal("mailboxFull"));
  const { usedMessages, quotaMessages } = await store.quota(ann);
  assert.deepEqual([usedMessages, quotaMessages], [2, 1]);
});

test("rights: granted, taken away, inherited, gone with the account", async () => {
  const ann = await fixture.mailbox("owner");
  const bob = await fixture.mailbox("reader");
  const { domainId, prisma } = fixture;
  const elsewhere = await prisma.domain.create({ data: { name: "else.test", mtaStsId: "1" } });
  const secrets = { passwordHash: "", scramSha256: "" };
  const stranger = await prisma.mailbox.create({
    data: { domainId: elsewhere.id, localPart: "x", quotaBytes: 1000, ...secrets },
  });
  const work = await store.createFolder(ann, "Work");
  const lr = rightsOf("lr");
  const change = (granteeId: string | null, rights: number, more: object = {}) =>
    store.changeAcl(work, { granteeId, negative: false, mode: "set", rights, ...more });
  const rights = (id: string) => store.rightsOn(id, work.id);
  await change(null, lr);
  assert.deepEqual([await rights(bob), await rights(stranger.id), await rights(ann)], [lr, 0, 0]);
  await change(bob, rightsOf("w"), { mode: "add" });
  await change(bob, rightsOf("s"), { mode: "add" });
  assert.equal(await rights(bob), rightsOf("lrws"));
  await change(bob, rightsOf("w"), { mode: "remove" });
  await change(null, rightsOf("r"), { negative: true });
  assert.equal(await rights(bob), rightsOf("ls"));
  const below = await store.createFolder(ann, "Work/below");
  assert.equal(await store.rightsOn(bob, below.id), rightsOf("ls"));
  assert.deepEqual(
    (await store.sharedFolders(bob)).map(({ owner, name }) => `${owner} ${name}`),
    ["owner@example.test Work", "owner@example.test Work/below"],
  );
  await change(stranger.id, lr);
  assert.equal((await store.acl(work.id)).length, 4);
  await prisma.mailbox.delete({ where: { id: stranger.id } });
  assert.equal((await store.acl(work.id)).length, 3);
  await prisma.domain.update({ where: { id: domainId }, data: { disabledAt: new Date() } });
  assert.deepEqual(await store.sharedFolders(bob), []);
  await prisma.domain.update({ where: { id: domainId }, data: { disabledAt: null } });
  await change(null, 0, { negative: true });
  await change(null, 0);
  await change(bob, 0);
  assert.deepEqual(await store.acl(work.id), []);
});

test("folders: parents are made, names and uidvalidity are never given twice", async () => {
  const ann = await fixture.mailbox("folders");
  const deep = await store.createFolder(ann, "Work/2026/May");
  assert.ok(await store.findFolder(ann, "Work/2026"));
  await assert.rejects(store.createFolder(ann, "Work"), isRefusal("alreadyExists"));
  await assert.rejects(store.createFolder(ann, "inbox"), isRefusal("alreadyExists"));
  await assert.rejects(store.createFolder(ann, "a//b"), isRefusal("cannot"));
  await assert.rejects(store.createFolder(ann, "a\0b"), isRefusal("cannot"));
  await assert.rejects(store.deleteFolder(ann, "Work"), isRefusal("hasChildren"));
  await assert.rejects(store.deleteFolder(ann, "INBOX"), isRefusal("cannot"));
  await assert.rejects(store.deleteFolder(ann, "None"), isRefusal("noSuchFolder"));
  await store.deleteFolder(ann, "Work/2026/May");
  const again = await store.createFolder(ann, "Work/2026/May");
  assert.ok(again.uidValidity > deep.uidValidity);
  await store.setSubscribed(ann, "Work", true);
  await store.deleteFolder(ann, "Work/2026/May");
  assert.ok((await store.listSubscriptions(ann)).includes("Work"));
});

test("RENAME takes what is below along; of INBOX it takes the messages", async () => {
  const ann = await fixture.mailbox("rename");
  await store.createFolder(ann, "A/B/C");
  await store.renameFolder(ann, "A", "X/Y");
  const names = (await store.listFolders(ann)).map((folder) => folder.name);
  assert.deepEqual(
    names.filter((name) => /^[AX]/.test(name)),
    ["Archive", "X", "X/Y", "X/Y/B", "X/Y/B/C"],
  );
  await assert.rejects(store.renameFolder(ann, "X", "X/Z"), isRefusal("cannot"));
  await assert.rejects(store.renameFolder(ann, "X", "Trash"), isRefusal("alreadyExists"));

  await store.accept(acceptance(letter("in"), [delivery(ann)]));
  const inbox = await store.openFolder(ann, "INBOX");
  await store.renameFolder(ann, "INBOX", "Old");
  assert.equal(inbox.count, 0);
  assert.equal((await store.findFolder(ann, "Old"))?.messages, 1);
  inbox.close();
});

test("a deleted folder is gone for who has it open", async () => {
  const ann = await fixture.mailbox("gone");
  const folder = await store.createFolder(ann, "Short");
  const view = await store.openFolder(ann, "Short");
  let gone = 0;
  view.onGone(() => gone++);
  await store.deleteFolder(ann, "Short");
  assert.equal(gone, 1);
  const message = { source: letter("late"), flags: 0, keywords: [], internalDate: new Date() };
  await assert.rejects(store.append(folder, [message]), isRefusal("noSuchFolder"));
  await assert.rejects(store.openFolder(ann, "Short"), isRefusal("noSuchFolder"));
  const note = new Map([["/private/comment", Buffer.from("late")]]);
  await assert.rejects(store.setMetadata(ann, folder.id, note), isRefusal("noSuchFolder"));
  view.close();
});

test("two processes agree: each hears what the other does", async () => {
  const other = await fixture.another();
  const ann = await fixture.mailbox("two");
  const here = await store.openFolder(ann, "INBOX");
  const there = await other.store.openFolder(ann, "INBOX");
  let told = 0;
  other.store.watchMailbox(ann, () => told++);
  await store.accept(acceptance(letter("one"), [delivery(ann)]));
  await eventually(() => there.count === 1 && told > 0, "the other process sees the message");
  await other.store.setFlags(there.folder.id, [1], { action: "add", bits: SEEN, keywords: ["K"] });
  assert.deepEqual([there.flagsAt(0), there.keywordsAt(0)], [SEEN, ["K"]]);
  await eventually(() => here.flagsAt(0) === SEEN, "we see the flag");
  await other.store.expunge(there.folder.id, [1], { force: true });
  await eventually(() => here.count === 0, "we see the expunge");
  here.close();
  there.close();
});

test("a mailbox whose notices were lost is known by its fingerprint", async () => {
  const ann = await fixture.mailbox("prints");
  const bob = await fixture.mailbox("prints-too");
  const look = async () => (await mailboxFingerprints(pool, [ann])).get(ann);
  const share = async (owner: string, granteeId: string | null) => {
    const folder = await store.findFolder(owner, "Archive");
    assert.ok(folder);
    await store.changeAcl(folder, { granteeId, negative: false, mode: "set", rights: 1 });
  };
  const inbox = await store.findFolder(ann, "INBOX");
  const changes = [
    () => store.accept(acceptance(letter("one"), [delivery(ann)])),
    () => store.setFlags(inbox?.id ?? 0, [1], { action: "add", bits: SEEN, keywords: [] }),
    () => store.createFolder(ann, "New"),
    () => store.renameFolder(ann, "New", "Newer"),
    () => store.setSubscribed(ann, "Newer", true),
    () => store.setMetadata(ann, null, new Map([["/private/x", Buffer.from("1")]])),
    () => store.setMetadata(ann, null, new Map([["/private/x", Buffer.from("2")]])),
    () => share(ann, bob),
    () => share(bob, ann),
    () => share(bob, null),
    () => store.deleteFolder(ann, "Newer"),
  ];
  for (const change of changes) {
    const before = await look();
    assert.equal(await look(), before);
    await change();
    assert.notEqual(await look(), before, String(change));
  }
});

test("a listener that throws breaks neither the writer nor the next listener", async () => {
  const ann = await fixture.mailbox("throws");
  const inbox = await store.openFolder(ann, "INBOX");
  let heard = 0;
  inbox.onChange(() => assert.fail("a faulty session"));
  inbox.onChange(() => heard++);
  store.watchMailbox(ann, () => assert.fail("a faulty watcher"));
  store.watchMailbox(ann, () => heard++);
  await store.accept(acceptance(letter("x"), [delivery(ann)]));
  assert.equal(heard, 2);
  inbox.close();
});

test("the queue's copy may start with a signature that the folder's copy does not have", async () => {
  const ann = await fixture.mailbox("queue");
  const entry = queueEntry(["x@far.test"], { prefix: Buffer.from("DKIM-Signature: s\r\n") });
  const source = letter("signed");
  await store.accept(acceptance(source, [delivery(ann, "Sent")], { queue: entry }));
  const now = new Date(Date.now() + 1000);
  const nextAttempt = () => now;
  const busy: string[] = [];
  const [batch] = await fixture.queue.claim({ worker: "w", now, limit: 1, busy, nextAttempt });
  assert.ok(batch);
  const sent = await read(store.readBlob(batch.blobId));
  assert.equal(sent.length, batch.size);
  assert.ok(sent.toString().startsWith("DKIM-Signature: s\r\nFrom: ann"));
  const folder = await store.openFolder(ann, "Sent");
  assert.equal(folder.sizeAt(0), source.size);
  folder.close();
});
