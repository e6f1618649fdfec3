import assert from "node:assert/strict";
import { after, test } from "node:test";
import { acceptance, delivery, letter, storageFixture } from "../../../tests/support/storage.ts";
import { SEEN } from "../../mail/flags.ts";
import { KEEP_REFLAGGED, pruneReflagged } from "./flag-log.ts";
import { pruneExpunged } from "./garbage.ts";

const fixture = await storageFixture();
const { store, pool } = fixture;
const elsewhere = await fixture.another();
after(() => fixture.close());

const uidsOf = async (mailboxId: string, name = "INBOX") => {
  const open = await store.openFolder(mailboxId, name);
  const uids = [...open.uids()];
  const seen = uids.filter((_, row) => open.flagsAt(row) === SEEN);
  open.close();
  return { uids, seen };
};

async function filled(name: string, messages: number): Promise<{ box: string; id: number }> {
  const box = await fixture.mailbox(name);
  for (let at = 0; at < messages; at++)
    await store.accept(acceptance(letter(`${name} ${at}`), [delivery(box)]));
  const open = await store.openFolder(box, "INBOX");
  open.close();
  return { box, id: open.folder.id };
}

test("a folder that nobody had open has caught up when it is opened again", async () => {
  const { box, id } = await filled("sleep", 3);
  assert.deepEqual(await uidsOf(box), { uids: [1, 2, 3], seen: [] });
  await elsewhere.store.expunge(id, [2], { force: true });
  await elsewhere.store.setFlags(id, [3], { action: "add", bits: SEEN, keywords: [] });
  await elsewhere.store.accept(acceptance(letter("new"), [delivery(box)]));
  assert.deepEqual(await uidsOf(box), { uids: [1, 3, 4], seen: [3] });
});

test("it is read anew when the log of expunges no longer reaches back to it", async () => {
  const { box, id } = await filled("long-sleep", 5);
  assert.deepEqual((await uidsOf(box)).uids, [1, 2, 3, 4, 5]);
  await elsewhere.store.expunge(id, [1, 2], { force: true });
  await elsewhere.store.expunge(id, [4], { force: true });
  assert.ok((await pruneExpunged(pool, 0)) > 0);
  assert.deepEqual((await uidsOf(box)).uids, [3, 5]);
});

test("a folder deleted and made again under its name is another one", async () => {
  const { box } = await filled("again", 1);
  const folder = await store.createFolder(box, "Work");
  await store.append(folder, [
    { source: letter("one"), flags: 0, keywords: [], internalDate: new Date() },
  ]);
  assert.deepEqual((await uidsOf(box, "Work")).uids, [1]);
  await elsewhere.store.deleteFolder(box, "Work");
  await assert.rejects(store.openFolder(box, "Work"), { kind: "noSuchFolder" });
  await elsewhere.store.createFolder(box, "Work");
  assert.deepEqual((await uidsOf(box, "Work")).uids, []);
});

test("what a folder is called is told as it is now", async () => {
  const { box } = await filled("renamed", 0);
  await store.createFolder(box, "Before");
  (await store.openFolder(box, "Before")).close();
  await elsewhere.store.renameFolder(box, "Before", "After");
  const open = await store.openFolder(box, "After");
  assert.equal(open.folder.name, "After");
  open.close();
});

test("changes of flags reach a view that has missed many of them, each message once", async () => {
  const { box, id } = await filled("flags", 4);
  assert.deepEqual((await uidsOf(box)).seen, []);
  const flag = (uids: number[], action: "add" | "remove") =>
    elsewhere.store.setFlags(id, uids, { action, bits: SEEN, keywords: [] });
  await flag([1, 2, 4], "add");
  await flag([2], "remove");
  await elsewhere.store.accept(acceptance(letter("new"), [delivery(box)]));
  await flag([5], "add");
  await elsewhere.store.expunge(id, [4], { force: true });
  assert.deepEqual(await uidsOf(box), { uids: [1, 2, 3, 5], seen: [1, 5] });
});

test("… also when they are not remembered so far back", async () => {
  const { box, id } = await filled("far-behind", 3);
  assert.deepEqual((await uidsOf(box)).seen, []);
  await elsewhere.store.setFlags(id, [2], { action: "add", bits: SEEN, keywords: [] });
  await pool.query("UPDATE folder SET highest_modseq = highest_modseq + $2 WHERE id = $1", [
    id,
    KEEP_REFLAGGED + 1,
  ]);
  assert.equal(await pruneReflagged(pool), 1);
  assert.deepEqual(await uidsOf(box), { uids: [1, 2, 3], seen: [2] });
});

test("a folder is loaded with everything that its rows say, whatever the gaps between uids", async () => {
  const { box, id } = await filled("gaps", 2);
  await pool.query(
    `INSERT INTO message SELECT folder_id, g::bigint * 1000, modseq, blob_id, g % 32,
       CASE WHEN g % 7 = 0 THEN '{$Junk,Ä}'::text[] ELSE '{}' END, size, internal_date + g * interval '1 s',
       save_date, email_id, thread_id
     FROM message, (SELECT g FROM generate_series(1, 300) g UNION SELECT 4294967 / g FROM generate_series(1, 3) g) g
     WHERE folder_id = $1 AND uid = 2`,
    [id],
  );
  await pool.query("UPDATE folder SET uid_next = 4294967296 WHERE id = $1", [id]);
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT uid, modseq, blob_id AS "blobId", flags, keywords, size, internal_date AS "internalDate",
       save_date AS "saveDate", email_id AS "emailId", thread_id AS "threadId"
     FROM message WHERE folder_id = $1 ORDER BY uid`,
    [id],
  );
  const open = await elsewhere.store.openFolder(box, "INBOX");
  assert.equal(open.count, rows.length);
  rows.forEach((row, at) => assert.deepEqual(open.messageAt(at), row));
  open.close();
  await pool.query("DELETE FROM message WHERE folder_id = $1 AND uid > 2", [id]);
});
