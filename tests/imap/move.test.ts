import { test } from "node:test";
import { ALICE, HELLO, imapEngine, play } from "./support.ts";

const engine = await imapEngine();
for (let i = 0; i < 5; i++) await engine.deliver(ALICE, HELLO);

const SELECT = (n = "") => `
    C${n}: s1 SELECT INBOX
    S${n}: ...
    S${n}: s1 OK ...`;

test("COPY tells the new uids, and who stands there sees them come", async () => {
  await play(
    engine,
    `${SELECT()}
    C2: b1 SELECT Archive
    S2: ...
    S2: b1 OK ...
    C: a1 COPY 1,3 Archive
    S: a1 OK [COPYUID ... 1,3 1:2] COPY completed
    C2: b2 NOOP
    S2: * 2 EXISTS
    S2: b2 OK ...
    C: a2 COPY 1 nowhere
    S: a2 NO [TRYCREATE] ...
    C: a3 UID COPY 99 Archive
    S: a3 OK UID COPY completed
    C: a4 UID COPY 2 INBOX
    S: * 6 EXISTS
    S: a4 OK [COPYUID ... 2 6] ...`,
    ["", "2"],
  );
});

test("MOVE names the new uids before it expunges, and other sessions hear of it", async () => {
  await play(
    engine,
    `${SELECT()}
    ${SELECT("2")}
    C3: c1 IDLE
    S3: + idling
    C: a1 MOVE 1:2 Trash
    S: * OK [COPYUID ... 1:2 1:2] Moved
    S: * 1 EXPUNGE
    S: * 1 EXPUNGE
    S: a1 OK ...
    C2: b1 FETCH 1 UID
    S2: b1 NO [EXPUNGEISSUED] ...
    C2: b2 UID SEARCH UID 1:3
    S2: * SEARCH 3
    S2: * 1 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b2 OK ...
    C: a2 MOVE 1 nowhere
    S: a2 NO [TRYCREATE] ...
    C: a3 UID MOVE 3 INBOX
    S: * OK [COPYUID ... 3 7] Moved
    S: * 1 EXPUNGE
    S: * 4 EXISTS
    S: a3 OK ...
    C3: DONE
    S3: c1 OK IDLE completed`,
    ["", "2", "3"],
  );
});

test("who follows modseqs is told the one of a move, and of a removal that took something", async () => {
  for (let i = 0; i < 3; i++) await engine.deliver(ALICE, HELLO, "Junk");
  await play(
    engine,
    `
    C: s1 SELECT Junk (CONDSTORE)
    S: ...
    S: s1 OK ...
    C: a1 UID MOVE 1 Drafts
    S: * OK [COPYUID ...
    S: * 1 EXPUNGE
    S: a1 OK [HIGHESTMODSEQ 5] ...
    C: a2 UID MOVE 99 Drafts
    S: a2 OK UID MOVE completed
    C: a3 UID EXPUNGE 2:3
    S: a3 OK UID EXPUNGE completed
    C: a4 STORE 1 +FLAGS.SILENT (\\Deleted)
    S: * 1 FETCH (MODSEQ (6))
    S: a4 OK ...
    C: a5 UID EXPUNGE 2:3
    S: * 1 EXPUNGE
    S: a5 OK [HIGHESTMODSEQ 7] ...`,
  );
});

test("EXPUNGE takes what is marked, UID EXPUNGE only of those named, CLOSE without a word", async () => {
  await play(
    engine,
    `${SELECT()}
    C: a1 STORE 1:3 +FLAGS.SILENT (\\Deleted)
    S: a1 OK ...
    C: a2 UID EXPUNGE 1:4
    S: * 1 EXPUNGE
    S: a2 OK ...
    C: a3 EXPUNGE
    S: * 1 EXPUNGE
    S: * 1 EXPUNGE
    S: a3 OK ...
    C: a4 STORE 1 +FLAGS.SILENT (\\Deleted)
    S: a4 OK ...
    C: a5 CLOSE
    S: a5 OK CLOSE completed
    C: a6 STATUS INBOX (MESSAGES DELETED)
    S: * STATUS INBOX (MESSAGES 0 DELETED 0)
    S: a6 OK ...`,
  );
});
