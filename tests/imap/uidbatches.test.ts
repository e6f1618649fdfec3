/** UIDBATCHES: RFC 10022. */
import { test } from "node:test";
import { ALICE, imapEngine, lines, play } from "./support.ts";

const engine = await imapEngine();
const { pool } = engine.engine.storage;

/** A mailbox of so many messages: copies of one, with uids 2, 4, 6 … */
async function mailbox(name: string, messages: number): Promise<void> {
  await play(engine, `C: c CREATE ${name}\n    S: c OK ...`);
  const { folderId } = await engine.deliver(ALICE, lines("Subject: x", "", "Text."), name);
  await pool.query(
    `INSERT INTO message (folder_id, uid, modseq, blob_id, flags, keywords, size, internal_date,
       save_date, email_id, thread_id)
     SELECT folder_id, n * 2, modseq, blob_id, flags, keywords, size, internal_date, save_date,
       email_id, thread_id FROM message, generate_series(2, $2::bigint) AS n WHERE folder_id = $1 AND uid = 1`,
    [folderId, messages],
  );
  await pool.query(
    `UPDATE folder SET messages = $2::int, uid_next = $2::bigint * 2 + 1 WHERE id = $1`,
    [folderId, messages],
  );
}

test("the newest messages first, the last batch down to uid 1; with and without message numbers", async () => {
  await mailbox("Many", 1700);
  for (const enable of ["", "C: e ENABLE UIDONLY\n    S: ...\n    S: e OK ..."]) {
    await play(
      engine,
      `
    ${enable}
    C: s SELECT Many
    S: ...
    S: s OK ...
    C: a1 UIDBATCHES 500
    S: * UIDBATCHES (TAG "a1") 3400:2402,2401:1402,1401:402,401:1
    S: a1 OK ...
    C: a2 uidbatches 1000 2:2
    S: * UIDBATCHES (TAG "a2") 1401:1
    S: a2 OK ...
    C: a3 UIDBATCHES 500 3:900
    S: * UIDBATCHES (TAG "a3") 1401:402,401:1
    S: a3 OK ...
    C: a4 UIDBATCHES 4294967295
    S: * UIDBATCHES (TAG "a4") 3400:1
    S: a4 OK ...
    C: a5 UIDBATCHES 500 5:9
    S: * UIDBATCHES (TAG "a5")
    S: a5 OK ...
    C: a6 UID SEARCH RETURN (SAVE) UID 1
    S: a6 OK ...
    C: a7 UIDBATCHES 500 1:1
    S: * UIDBATCHES (TAG "a7") 3400:2402
    S: a7 OK ...
    C: a8 UID SEARCH RETURN (COUNT) $
    S: * ESEARCH (TAG "a8") UID COUNT 1
    S: a8 OK ...`,
    );
  }
});

test("an empty mailbox has none", async () => {
  await play(
    engine,
    `
    C: s SELECT Trash
    S: ...
    S: s OK ...
    C: a1 UIDBATCHES 2000
    S: * UIDBATCHES (TAG "a1")
    S: a1 OK ...`,
  );
});

test("refused: small batches, batches backwards, no mailbox, bad numbers", async () => {
  await play(
    engine,
    `
    C: a1 UIDBATCHES 500
    S: a1 BAD ...
    C: s SELECT INBOX
    S: ...
    S: s OK ...
    C: a2 UIDBATCHES 499
    S: a2 NO [TOOFEW] ...
    C: a3 UIDBATCHES 500 4:1
    S: a3 BAD [CLIENTBUG] ...
    C: a4 UIDBATCHES 0
    S: a4 BAD ...
    C: a5 UIDBATCHES
    S: a5 BAD ...
    C: a6 UIDBATCHES 500 3
    S: a6 BAD ...
    C: a7 UIDBATCHES 500 0:3
    S: a7 BAD ...
    C: a8 UIDBATCHES 500 1:*
    S: a8 BAD ...
    C: a9 UIDBATCHES 500 1:2 3:4
    S: a9 BAD ...`,
  );
});
