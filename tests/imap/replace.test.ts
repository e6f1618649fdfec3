/** REPLACE (RFC 8508): a draft is saved anew, and is never there twice. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { checkStore } from "../../lib/storage/mail/check.ts";
import { ALICE, HELLO, imapEngine, play } from "./support.ts";

const engine = await imapEngine();

const select = (folder: string, n = "") => `
    C${n}: s1 SELECT ${folder}
    S${n}: ...
    S${n}: s1 OK ...`;

test("the new one comes and the old one goes; others hear of both", async () => {
  for (let i = 0; i < 3; i++) await engine.deliver(ALICE, HELLO, "Drafts");
  await play(
    engine,
    `${select("Drafts")}
    C2: e1 ENABLE QRESYNC
    S2: ...
    S2: e1 OK ...
    ${select("Drafts", "2")}
    C: a1 REPLACE 2 Drafts (\\Seen \\Draft) {15}
    S: + Ready for literal data
    C: Subject: 1
    C: 
    C: x
    S: * OK [APPENDUID ... 4] ...
    S: * 2 EXPUNGE
    S: * 3 EXISTS
    S: a1 OK REPLACE completed
    C: a2 FETCH 3 (UID FLAGS)
    S: * 3 FETCH (UID 4 FLAGS (\\Seen \\Draft))
    S: a2 OK ...
    C2: b1 NOOP
    S2: * VANISHED 2
    S2: * 3 EXISTS
    S2: b1 OK ...
    C: a3 UID REPLACE 4 Sent {15+}
    C: Subject: 2
    C: 
    C: x
    S: * OK [APPENDUID ... 1] ...
    S: * 3 EXPUNGE
    S: a3 OK UID REPLACE completed
    C: a4 STATUS Sent (MESSAGES)
    S: * STATUS Sent (MESSAGES 1)
    S: a4 OK ...
    C: a5 REPLACE * Drafts {1+}
    C: x
    S: * OK [APPENDUID ... 5] ...
    S: * 2 EXPUNGE
    S: * 2 EXISTS
    S: a5 OK ...
    C2: b2 NOOP
    S2: ...
    S2: b2 OK ...
    C2: b3 UID REPLACE 5 Drafts {1+}
    C2: x
    S2: * OK [APPENDUID ... 6] ...
    S2: * VANISHED 5
    S2: * 2 EXISTS
    S2: b3 OK [HIGHESTMODSEQ ...] ...`,
    ["", "2"],
  );
});

test("what cannot be replaced stays, and nothing comes", async () => {
  for (let i = 0; i < 2; i++) await engine.deliver(ALICE, HELLO, "Junk");
  await play(
    engine,
    `
    C: a0 REPLACE 1 Junk {5}
    S: a0 BAD ...
    ${select("Junk")}
    C: a1 REPLACE 3 Junk {5}
    S: a1 BAD ...
    C: a2 UID REPLACE 9 Junk {5}
    S: a2 NO [NONEXISTENT] ...
    C: a3 REPLACE 1 nowhere {5}
    S: a3 NO [TRYCREATE] ...
    C: a4 REPLACE 1 Junk (\\Nonsense) {5}
    S: a4 BAD ...
    C: a5 REPLACE 1:2 Junk {5}
    S: a5 BAD ...
    C: a6 REPLACE 1 Junk {0}
    S: a6 NO [CANNOT] ...
    C: a7 REPLACE 1 Junk {999999999}
    S: a7 NO [TOOBIG] ...
    C: a8 REPLACE 1 Junk {1+}
    C: x {1}
    S: a8 BAD ...
    C: a9 STATUS Junk (MESSAGES UIDNEXT)
    S: * STATUS Junk (MESSAGES 2 UIDNEXT 3)
    S: a9 OK ...
    C: b1 EXAMINE Junk
    S: ...
    S: b1 OK ...
    C: b2 REPLACE 1 Junk {5}
    S: b2 NO [READ-ONLY] ...`,
  );
});

test("when another was quicker to remove it, the new one does not come either", async () => {
  await engine.deliver(ALICE, HELLO, "Trash");
  const id = await engine.mailboxId(ALICE);
  const trash = await engine.engine.ctx.store.findFolder(id, "Trash");
  assert.ok(trash !== null);
  const both = `${select("Trash")}
    C: a1 REPLACE 1 Trash {5}
    S: + Ready for literal data
    ${select("Trash", "2")}
    C2: b1 UID STORE 1 +FLAGS.SILENT (\\Deleted)
    S2: b1 OK ...
    C2: b2 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b2 OK ...
    C: hello
    S: * 1 EXPUNGE
    S: a1 NO [EXPUNGEISSUED] ...
    C: a2 STATUS Trash (MESSAGES UIDNEXT)
    S: * STATUS Trash (MESSAGES 0 UIDNEXT 2)
    S: a2 OK ...`;
  await play(engine, both, ["", "2"]);
});

test("in a full mailbox there is room for as much as goes", async () => {
  const { uid } = await engine.deliver(ALICE, "y".repeat(50), "Archive");
  const id = await engine.mailboxId(ALICE);
  const { usedBytes } = await engine.engine.ctx.store.quota(id);
  const quotaBytes = BigInt(usedBytes + 10);
  await engine.services.prisma.mailbox.update({ where: { id }, data: { quotaBytes } });
  await play(
    engine,
    `${select("Archive")}
    C: a1 UID REPLACE ${uid} Archive {61}
    S: a1 NO [OVERQUOTA] ...
    C: a2 UID REPLACE ${uid} Archive {60+}
    C: ${"z".repeat(60)}
    S: * OK [APPENDUID ...
    S: * 1 EXPUNGE
    S: * 1 EXISTS
    S: a2 OK ...
    C: a3 APPEND Archive {1}
    S: a3 NO [OVERQUOTA] ...`,
  );
});

test("counters, blobs and logs agree with all that was done", async () => {
  assert.deepEqual(await checkStore(engine.engine.storage.pool), []);
});
