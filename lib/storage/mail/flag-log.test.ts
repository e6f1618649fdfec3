import assert from "node:assert/strict";
import { after, test } from "node:test";
import { acceptance, delivery, letter, storageFixture } from "../../../tests/support/storage.ts";
import { DELETED, FLAGGED, SEEN } from "../../mail/flags.ts";
import type { FlagAction, MailStore } from "../../mail/ports.ts";
import { checkStore } from "./check.ts";
import { pruneReflagged } from "./flag-log.ts";
import { FolderView } from "./folder-view.ts";

const fixture = await storageFixture();
const { store, pool } = fixture;
const elsewhere = await fixture.another();
after(() => fixture.close());

/** A mailbox with so many messages in INBOX, held open here. */
async function held(name: string, messages: number) {
  const box = await fixture.mailbox(name);
  for (let at = 0; at < messages; at++)
    await store.accept(acceptance(letter(`${name} ${at}`), [delivery(box)]));
  const open = await store.openFolder(box, "INBOX");
  return { box, open, id: open.folder.id };
}

const flag = (where: MailStore, id: number, uids: number[], action: FlagAction, bits: number) =>
  where.setFlags(id, uids, { action, bits, keywords: [] });

/** What the rows say, as they are. */
async function rows(id: number): Promise<number[]> {
  const found = await pool.query<{ flags: number }>(
    "SELECT flags FROM message WHERE folder_id = $1 ORDER BY uid",
    [id],
  );
  return found.rows.map((row) => row.flags);
}

async function flagsOf(where: MailStore, box: string, name = "INBOX"): Promise<number[]> {
  const open = await where.openFolder(box, name);
  const flags = [...open.uids()].map((_, row) => open.flagsAt(row));
  open.close();
  return flags;
}

test("a change of flags is in the log at once, and in the rows when they are folded", async () => {
  const { box, open, id } = await held("later", 3);
  await flag(store, id, [1, 2, 3], "add", SEEN);
  await flag(store, id, [2], "remove", SEEN);
  assert.deepEqual(await rows(id), [0, 0, 0]);
  assert.deepEqual(await flagsOf(elsewhere.store, box), [SEEN, 0, SEEN]);
  assert.deepEqual(await checkStore(pool), []);
  open.close();
  const view = await FolderView.load(pool, id, (error) => assert.fail(String(error)));
  await view?.fold();
  assert.deepEqual(await rows(id), [SEEN, 0, SEEN]);
  assert.deepEqual(await checkStore(pool), []);
});

test("whoever works with the rows finds what the log says in them", async () => {
  const { box, open, id } = await held("rows", 4);
  const trash = await store.findFolder(box, "Trash");
  assert.ok(trash);
  await flag(store, id, [1, 2], "add", DELETED | FLAGGED);
  await flag(store, id, [4], "add", SEEN);
  assert.deepEqual(await rows(id), [0, 0, 0, 0]);
  assert.equal(await store.deletedBytes(id), open.sizeAt(0) + open.sizeAt(1));

  await elsewhere.store.copy(id, [2, 4], trash);
  assert.deepEqual(await flagsOf(store, box, "Trash"), [DELETED | FLAGGED, SEEN]);
  await flag(store, id, [4], "add", FLAGGED);
  assert.deepEqual(await elsewhere.store.expunge(id, [1, 2, 3, 4]), [1, 2]);
  await flag(store, id, [3], "replace", SEEN);
  await elsewhere.store.setFlags(id, [4], { action: "remove", bits: SEEN, keywords: ["Later"] });
  await flag(store, id, [4], "add", DELETED);
  assert.deepEqual(await flagsOf(elsewhere.store, box), [SEEN, FLAGGED | DELETED]);
  assert.deepEqual(await checkStore(pool), []);
  open.close();
});

test("keywords go into the rows, and what was logged before and after is not lost", async () => {
  const { box, open, id } = await held("keywords", 2);
  await flag(store, id, [1, 2], "add", SEEN);
  await store.setFlags(id, [1], { action: "add", bits: 0, keywords: ["$Work"] });
  await flag(store, id, [1], "add", FLAGGED);
  const there = await elsewhere.store.openFolder(box, "INBOX");
  assert.deepEqual([there.flagsAt(0), there.keywordsAt(0)], [SEEN | FLAGGED, ["$Work"]]);
  assert.deepEqual(await rows(id), [SEEN, 0]);
  // The same for a view that has to catch up.
  await store.setFlags(id, [1, 2], { action: "add", bits: 0, keywords: ["Late"] });
  await flag(store, id, [2], "remove", SEEN);
  await there.refresh();
  assert.deepEqual(there.messageAt(0).keywords, ["$Work", "Late"]);
  assert.deepEqual([there.flagsAt(1), there.keywordsAt(1)], [0, ["Late"]]);
  assert.equal(there.modseqAt(1), there.folder.highestModseq);
  for (const one of [open, there]) one.close();
  assert.deepEqual(await checkStore(pool), []);
});

test("two processes that change flags of one folder at once lose nothing", async () => {
  const { box, open, id } = await held("both", 20);
  const there = await elsewhere.store.openFolder(box, "INBOX");
  const uids = [...open.uids()];
  await Promise.all(
    uids.flatMap((uid) => [
      flag(store, id, [uid], "add", SEEN),
      flag(elsewhere.store, id, [uid], "add", FLAGGED),
    ]),
  );
  for (const view of [open, there]) {
    await view.refresh();
    assert.deepEqual(
      uids.map((_, row) => view.flagsAt(row)),
      uids.map(() => SEEN | FLAGGED),
    );
    assert.equal(view.folder.unseen, 0);
  }
  assert.equal(open.folder.highestModseq, 1 + 20 + 40);
  for (const one of [open, there]) one.close();
  assert.deepEqual(await checkStore(pool), []);
});

test("UNCHANGEDSINCE is held against what another process has just done", async () => {
  const { open, id } = await held("unchanged", 2);
  const modseq = open.folder.highestModseq;
  await flag(elsewhere.store, id, [2], "add", SEEN);
  const edit = { action: "add", bits: FLAGGED, keywords: [] } as const;
  const { changed, refused } = await store.setFlags(id, [1, 2], edit, modseq);
  assert.deepEqual([changed, refused], [[1], [2]]);
  open.close();
});

test("what nobody asks for any more leaves the log, when it is in the rows", async () => {
  const { open, id } = await held("prune", 2);
  await flag(store, id, [1, 2], "add", SEEN);
  await flag(store, id, [2], "add", FLAGGED);
  assert.deepEqual(await rows(id), [0, 0]);
  assert.ok((await pruneReflagged(pool, 0)) > 0);
  assert.deepEqual(await rows(id), [SEEN, SEEN | FLAGGED]);
  await flag(store, id, [2], "remove", FLAGGED);
  assert.deepEqual([open.flagsAt(0), open.flagsAt(1)], [SEEN, SEEN]);
  open.close();
  assert.deepEqual(await checkStore(pool), []);
});
