import { test } from "node:test";
import { ALICE, HELLO, SELECT, imapEngine, play } from "./support.ts";

const engine = await imapEngine();
for (let i = 0; i < 3; i++) await engine.deliver(ALICE, HELLO);

test("flags are added, taken, replaced; keywords are announced; others hear of it", async () => {
  await play(
    engine,
    `${SELECT}
    C2: s1 SELECT INBOX
    S2: ...
    S2: s1 OK ...
    C: a1 STORE 1:2 +FLAGS (\\seen $Work)
    S: * FLAGS (... $Work)
    S: * OK [PERMANENTFLAGS (... $Work \\*)] ...
    S: * 1 FETCH (FLAGS (\\Seen $Work))
    S: * 2 FETCH (FLAGS (\\Seen $Work))
    S: a1 OK STORE completed
    C: a2 UID STORE 2 -FLAGS.SILENT $WORK
    S: a2 OK UID STORE completed
    C: a3 STORE 1 FLAGS (\\Flagged)
    S: * 1 FETCH (FLAGS (\\Flagged))
    S: a3 OK ...
    C: a4 NOOP
    S: a4 OK ...
    C2: b1 NOOP
    S2: ...
    S2: * 1 FETCH (UID 1 FLAGS (\\Flagged))
    S2: * 2 FETCH (UID 2 FLAGS (\\Seen))
    S2: b1 OK ...`,
    ["", "2"],
  );
});

test("what cannot be a flag is refused", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 STORE 1 +FLAGS (\\Recent)
    S: a1 BAD ...
    C: a2 STORE 1 +FLAGS (\\*)
    S: a2 BAD ...
    C: a3 STORE 1 +FLAGS (${Array.from({ length: 65 }, (_, i) => `k${i}`).join(" ")})
    S: a3 NO [LIMIT] ...
    C: a4 STORE 4 FLAGS ()
    S: a4 BAD ...
    C: a5 UID STORE 99 +FLAGS (\\Seen)
    S: a5 OK ...`,
  );
});

test("UNCHANGEDSINCE leaves alone what others changed since", async () => {
  await play(
    engine,
    `${SELECT}
    C2: s1 SELECT INBOX (CONDSTORE)
    S2: ...
    S2: s1 OK ...
    C: a1 STORE 3 +FLAGS.SILENT (\\Answered)
    S: a1 OK ...
    C2: b1 UID STORE 1:3 (UNCHANGEDSINCE 1) +FLAGS (\\Draft)
    S2: ...
    S2: b1 OK [MODIFIED 1:3] ...
    C2: b2 STORE 1 (UNCHANGEDSINCE 99999) +FLAGS.SILENT (\\Draft)
    S2: * 1 FETCH (MODSEQ (...))
    S2: b2 OK ...
    C2: b2b STORE 1 (UNCHANGEDSINCE 99999) +FLAGS.SILENT (\\Draft)
    S2: * 1 FETCH (MODSEQ (...))
    S2: b2b OK ...
    C2: b2c STORE 1 +FLAGS.SILENT (\\Draft)
    S2: b2c OK ...
    C2: b3 FETCH 1:* (FLAGS) (CHANGEDSINCE 99999)
    S2: b3 OK ...`,
    ["", "2"],
  );
});

test("the first command that asks for modseqs is told where they stand", async () => {
  const first = [
    "FETCH 1 (MODSEQ)",
    "FETCH 1 (FLAGS) (CHANGEDSINCE 1)",
    "SEARCH MODSEQ 1",
    "STORE 1 (UNCHANGEDSINCE 99999) +FLAGS.SILENT (\\Draft)",
    "STATUS Trash (HIGHESTMODSEQ)",
  ];
  for (const command of first)
    await play(
      engine,
      `${SELECT}
      C: a1 ${command}
      S: * OK [HIGHESTMODSEQ ...] ...
      S: * ...
      S: a1 OK ...
      C: a2 FETCH 1 (MODSEQ)
      S: * 1 FETCH (MODSEQ (...))
      S: a2 OK ...`,
    );
});

test("what failed UNCHANGEDSINCE is named, also when others are gone", async () => {
  for (let i = 0; i < 3; i++) await engine.deliver(ALICE, HELLO, "Archive");
  await play(
    engine,
    `
    C: s1 SELECT Archive
    S: ...
    S: s1 OK ...
    C2: s1 SELECT Archive
    S2: ...
    S2: s1 OK ...
    C: a1 STORE 3 +FLAGS.SILENT (\\Deleted)
    S: a1 OK ...
    C: a2 EXPUNGE
    S: * 3 EXPUNGE
    S: a2 OK ...
    C: a3 STORE 2 +FLAGS.SILENT (\\Flagged)
    S: a3 OK ...
    C2: b1 STORE 1:3 (UNCHANGEDSINCE 3) +FLAGS (\\Seen)
    S2: * OK [HIGHESTMODSEQ 4] ...
    S2: * 1 FETCH (FLAGS (\\Seen) MODSEQ (8))
    S2: * 2 FETCH (UID 2 FLAGS (\\Flagged) MODSEQ (7))
    S2: b1 NO [MODIFIED 2] Some of the messages no longer exist
    C2: b2 NOOP
    S2: * 3 EXPUNGE
    S2: b2 OK ...`,
    ["", "2"],
  );
});

test("a message that is gone is said to be gone, and numbers stay until that is told", async () => {
  await play(
    engine,
    `${SELECT}
    C2: s1 SELECT INBOX
    S2: ...
    S2: s1 OK ...
    C: a1 UID STORE 2 +FLAGS.SILENT (\\Deleted)
    S: a1 OK ...
    C: a2 EXPUNGE
    S: * 2 EXPUNGE
    S: a2 OK ...
    C2: b1 STORE 2:3 +FLAGS (\\Flagged)
    S2: * 3 FETCH (FLAGS (...Flagged...))
    S2: b1 NO [EXPUNGEISSUED] ...
    C2: b2 FETCH 3 UID
    S2: * 3 FETCH (UID 3)
    S2: b2 OK ...
    C2: b3 COPY 2 Trash
    S2: * 2 EXPUNGE
    S2: b3 NO [EXPUNGEISSUED] ...
    C2: b4 NOOP
    S2: b4 OK ...
    C2: b5 FETCH 2 UID
    S2: * 2 FETCH (UID 3)
    S2: b5 OK ...`,
    ["", "2"],
  );
});
