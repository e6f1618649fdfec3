/** Commands with more messages than one transaction takes: portions (lib/mail/portions.ts), and COPY's bound. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PORTION } from "../../lib/mail/portions.ts";
import { MAX_COPIED } from "../../engine/imap/limits.ts";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, BOB, HELLO, imapEngine, play } from "./support.ts";

const engine = await imapEngine();
const SEED = 100;
await Promise.all(Array.from({ length: SEED }, () => engine.deliver(ALICE, HELLO)));
let count = SEED;

/** INBOX holds twice as many, until it has more than that. */
async function growPast(messages: number): Promise<void> {
  const { store } = engine.engine.ctx;
  const mailboxId = await engine.mailboxId(ALICE);
  while (count <= messages) {
    const open = await store.openFolder(mailboxId, "INBOX");
    await store.copy(open.folder.id, [...open.uids()], open.folder);
    open.close();
    count *= 2;
  }
}

test("STORE changes them all, and names those of every portion that it refused", async () => {
  await growPast(PORTION);
  await play(
    engine,
    `
    C: a1 SELECT INBOX (CONDSTORE)
    S: ...
    S: a1 OK ...
    C: a2 STORE 1:* +FLAGS.SILENT (\\Flagged)
    S: * 1 FETCH (MODSEQ ...)
    S: ...
    S: * ${count} FETCH (MODSEQ ...)
    S: a2 OK STORE completed
    C: a3 SEARCH RETURN (COUNT) FLAGGED
    S: * ESEARCH (TAG "a3") COUNT ${count}
    S: a3 OK ...`,
  );
  const { store } = engine.engine.ctx;
  const open = await store.openFolder(await engine.mailboxId(ALICE), "INBOX");
  const since = open.folder.highestModseq;
  const edit = { action: "add", bits: 0, keywords: ["$k"] } as const;
  await store.setFlags(open.folder.id, [2, PORTION + 1], edit);
  open.close();
  await play(
    engine,
    `
    C: a1 SELECT INBOX
    S: ...
    S: a1 OK ...
    C: a2 UID STORE 1:* (UNCHANGEDSINCE ${since}) -FLAGS.SILENT (\\Flagged)
    S: ...
    S: a2 OK [MODIFIED 2,${PORTION + 1}] ...
    C: a3 UID SEARCH FLAGGED
    S: * SEARCH 2 ${PORTION + 1}
    S: a3 OK ...`,
  );
});

test("MOVE tells the uids of all of them at once", async () => {
  const moved = PORTION + 500;
  await play(
    engine,
    `
    C: a1 ENABLE QRESYNC
    S: ...
    S: a1 OK ...
    C: a2 SELECT INBOX
    S: ...
    S: a2 OK ...
    C: a3 MOVE 1:${moved} Archive
    S: * OK [COPYUID ... 1:${moved} 1:${moved}] Moved
    S: * VANISHED 1:${moved}
    S: a3 OK ...
    C: a4 STATUS Archive (MESSAGES)
    S: * STATUS Archive (MESSAGES ${moved})
    S: a4 OK ...`,
  );
  count -= moved;
});

test("a MOVE that ends in the middle tells what has moved", async () => {
  const portion = PORTION * HELLO.length;
  const id = await engine.mailboxId(BOB);
  const quotaBytes = BigInt(portion + HELLO.length);
  await engine.services.prisma.mailbox.update({ where: { id }, data: { quotaBytes } });
  await play(engine, `C: a1 SETACL Archive ${BOB} lrte\nS: a1 OK ...`);
  await transcript(
    engine.ports.imap,
    `
    S: * OK ...
    C: in LOGIN ${BOB} "${PASSWORD}"
    S: in OK ...
    C: a1 ENABLE QRESYNC
    S: ...
    S: a1 OK ...
    C: a2 SELECT "Other Users/${ALICE}/Archive"
    S: ...
    S: a2 OK ...
    C: a3 MOVE 1:* INBOX
    S: * OK [COPYUID ... 1:${PORTION} 1:${PORTION}] Moved
    S: * VANISHED 1:${PORTION}
    S: a3 NO [OVERQUOTA] ...
    C: a4 STATUS INBOX (MESSAGES)
    S: * STATUS INBOX (MESSAGES ${PORTION})
    S: a4 OK ...`,
  );
});

test("EXPUNGE and CLOSE remove them all", async () => {
  const all = async (folder: string, command: string) => {
    await growPast(PORTION);
    await play(
      engine,
      `
      C: a1 ENABLE QRESYNC
      S: ...
      S: a1 OK ...
      C: a2 SELECT ${folder}
      S: ...
      S: a2 OK ...
      C: a3 STORE 1:* +FLAGS.SILENT (\\Deleted)
      S: ...
      S: a3 OK ...
      C: a4 ${command}
      S: ...
      S: a4 OK ...
      C: a5 STATUS ${folder} (MESSAGES DELETED)
      S: * STATUS ${folder} (MESSAGES 0 DELETED 0)
      S: a5 OK ...`,
    );
  };
  await all("INBOX", "EXPUNGE");
  await Promise.all(Array.from({ length: SEED }, () => engine.deliver(ALICE, HELLO)));
  count = SEED;
  await all("INBOX", "CLOSE");
});

test("COPY is all or nothing, and bounded", async () => {
  await Promise.all(Array.from({ length: SEED }, () => engine.deliver(ALICE, HELLO)));
  count = SEED;
  await growPast(MAX_COPIED);
  assert.ok(count > MAX_COPIED);
  await play(
    engine,
    `
    C: a1 SELECT INBOX
    S: ...
    S: a1 OK ...
    C: a2 COPY 1:* Archive
    S: a2 NO [LIMIT] No more than 100000 messages are copied at once
    C: a3 COPY 1:${PORTION + 1} Drafts
    S: a3 OK [COPYUID ... 1:${PORTION + 1}] ...`,
  );
});
