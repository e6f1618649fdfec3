/** UIDONLY (RFC 9586): message numbers are neither said nor taken. */
import { test } from "node:test";
import { ALICE, HELLO, imapEngine, play } from "./support.ts";

const engine = await imapEngine();
for (let i = 0; i < 5; i++) await engine.deliver(ALICE, HELLO);

const START = `
    C: e1 ENABLE UIDONLY
    S: * ENABLED UIDONLY
    S: e1 OK ...
    C: s1 SELECT INBOX
    S: * FLAGS ...
    S: * OK [PERMANENTFLAGS ...
    S: * ... EXISTS
    S: * 0 RECENT
    S: * OK [UIDVALIDITY ...
    S: ...
    S: s1 OK ...`;

test("commands by message number are refused, before their literals are asked for", async () => {
  const refused = [
    "FETCH 1 FLAGS",
    "STORE 1 +FLAGS (\\Seen)",
    "COPY 1 Trash",
    "MOVE 1 Trash",
    "SEARCH ALL",
    "SORT (DATE) UTF-8 ALL",
    "THREAD REFERENCES UTF-8 ALL",
    "REPLACE 1 INBOX {5}",
    "UID SEARCH 1:3",
    "UID SEARCH NOT 1",
    "UID SEARCH OR 1 (SEEN 2)",
    "UID SORT (DATE) UTF-8 1:*",
    "UID THREAD REFERENCES UTF-8 1:*",
  ];
  await play(
    engine,
    `${START}
    ${refused.map((line, i) => `C: r${i} ${line}\n S: r${i} BAD [UIDREQUIRED] ...`).join("\n")}
    C: a1 EXAMINE INBOX (QRESYNC (1 1 1:5 (1 1)))
    S: a1 BAD ...
    C: a2 CLOSE
    S: a2 OK ...
    C: a3 ENABLE QRESYNC
    S: ...
    S: a3 OK ...
    C: a4 SELECT INBOX (QRESYNC (1 1 1:5 (1 1)))
    S: a4 BAD [UIDREQUIRED] ...`,
  );
});

test("uids are all that is said: answers, news and removals", async () => {
  await play(
    engine,
    `${START}
    C2: s1 SELECT INBOX
    S2: ...
    S2: s1 OK ...
    C: a1 UID FETCH 2:3 (FLAGS)
    S: * 2 UIDFETCH (FLAGS ())
    S: * 3 UIDFETCH (FLAGS ())
    S: a1 OK ...
    C: a2 UID STORE 2 +FLAGS (\\Deleted)
    S: * 2 UIDFETCH (FLAGS (\\Deleted))
    S: a2 OK ...
    C: a3 EXPUNGE
    S: * VANISHED 2
    S: a3 OK ...
    C: a4 UID FETCH 3 (UID MODSEQ)
    S: * OK [HIGHESTMODSEQ ...] ...
    S: * 3 UIDFETCH (UID 3 MODSEQ (...))
    S: a4 OK ...
    C: a5 UID FETCH 3 BODY[TEXT]
    S: * 3 UIDFETCH (BODY[TEXT] {15}
    S: Hello, world.
    S:  FLAGS (\\Seen) MODSEQ (...))
    S: a5 OK ...
    C2: b1 UID STORE 4 +FLAGS.SILENT (\\Flagged)
    S2: ...
    S2: b1 OK ...
    C2: b2 UID MOVE 1 Trash
    S2: ...
    S2: b2 OK ...
    C: a6 NOOP
    S: * VANISHED 1
    S: * 4 UIDFETCH (FLAGS (\\Flagged) MODSEQ (...))
    S: a6 OK ...
    C: a7 UID SEARCH RETURN (SAVE ALL) FLAGGED
    S: * ESEARCH (TAG "a7") UID ALL 4
    S: a7 OK ...
    C: a8 UID SEARCH $
    S: * SEARCH 4
    S: a8 OK ...
    C: a9 UID FETCH $ (FLAGS)
    S: * 4 UIDFETCH (FLAGS (\\Flagged))
    S: a9 OK ...
    C: b1 UID STORE 4 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)
    S: b1 OK [MODIFIED 4] ...
    C: b2 UID REPLACE 4 INBOX {1+}
    C: x
    S: * OK [APPENDUID ... 6] ...
    S: * VANISHED 4
    S: * 3 EXISTS
    S: b2 OK ...`,
    ["", "2"],
  );
});
