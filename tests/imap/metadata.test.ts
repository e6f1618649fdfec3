/** METADATA (RFC 5464) and LIST-METADATA (RFC 9590): notes of clients beside folders and the account. */
import { test } from "node:test";
import { ALICE, BOB, imapEngine, play, signIn } from "./support.ts";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";

const engine = await imapEngine();

test("what one session notes another reads, until it is taken away", async () => {
  await play(
    engine,
    `
    C: a0 CAPABILITY
    S: * CAPABILITY ... LIST-METADATA ...
    S: a0 OK ...
    C: a1 SETMETADATA INBOX (/private/comment "My own" /Shared/Vendor/X/color {3}
    S: + ...
    C: red)
    S: a1 OK ...
    C2: b1 GETMETADATA inbox /PRIVATE/comment
    S2: * METADATA INBOX (/private/comment "My own")
    S2: b1 OK ...
    C2: b2 GETMETADATA INBOX (/private/comment /shared/vendor/x/color /private/none)
    S2: * METADATA INBOX (/private/comment "My own" /shared/vendor/x/color "red" /private/none NIL)
    S2: b2 OK ...
    C2: b3 SETMETADATA INBOX (/private/comment NIL)
    S2: b3 OK ...
    C: a2 GETMETADATA INBOX /private/comment
    S: * METADATA INBOX (/private/comment NIL)
    S: a2 OK ...`,
    ["", "2"],
  );
});

test("a note raises the modseq of its mailbox, and INBOX takes its notes along when it is renamed", async () => {
  await play(
    engine,
    `
    C: e1 ENABLE QRESYNC
    S: ...
    S: e1 OK ...
    C: a1 SELECT Archive
    S: ...
    S: * OK [HIGHESTMODSEQ 1] ...
    S: ...
    S: a1 OK ...
    C: a2 SETMETADATA Archive (/shared/comment "old mail")
    S: a2 OK ...
    C: a3 STATUS Archive (HIGHESTMODSEQ)
    S: * STATUS Archive (HIGHESTMODSEQ 2)
    S: a3 OK ...
    C: a4 SETMETADATA "" (/private/comment "mine")
    S: a4 OK ...
    C: a5 APPEND Archive {1+}
    C: x
    S: * 1 EXISTS
    S: a5 OK ...
    C: a6 FETCH 1 (MODSEQ)
    S: * 1 FETCH (MODSEQ (3))
    S: a6 OK ...
    C: b1 SETMETADATA INBOX (/private/comment "kept")
    S: b1 OK ...
    C: b2 RENAME INBOX Before
    S: b2 OK ...
    C: b3 GETMETADATA Before /private/comment
    S: * METADATA Before (/private/comment "kept")
    S: b3 OK ...
    C: b4 GETMETADATA INBOX /private/comment
    S: * METADATA INBOX (/private/comment "kept")
    S: b4 OK ...
    C: b5 SETMETADATA INBOX (/private/comment NIL)
    S: b5 OK ...`,
  );
});

test("depth and size, before the mailbox as the grammar has it and after it as the examples do", async () => {
  await play(
    engine,
    `
    C: a1 SETMETADATA "" (/private/a "1" /private/a/b "22" /private/a/b/c "333")
    S: a1 OK ...
    C: a2 GETMETADATA (DEPTH 1) "" /private/a
    S: * METADATA "" (/private/a "1" /private/a/b "22")
    S: a2 OK ...
    C: a3 GETMETADATA "" (DEPTH infinity MAXSIZE 2) (/private/a)
    S: * METADATA "" (/private/a "1" /private/a/b "22")
    S: a3 OK [METADATA LONGENTRIES 3] ...
    C: a4 GETMETADATA (DEPTH infinity) "" /shared
    S: a4 OK ...`,
  );
});

test("octets come back as they were: line ends and 8 bit in a literal, NULs in a literal8", async () => {
  await transcript(
    { port: engine.ports.imap, encoding: "latin1" },
    `${signIn()}
    C-: a1 SETMETADATA INBOX (/private/text {6+}\\r\\na\\r\\n\\xe9bc /private/bin ~{3+}\\r\\nx\\0y)\\r\\n
    S: a1 OK ...
    C: a2 GETMETADATA INBOX (/private/text /private/bin)
    S: * METADATA INBOX (/private/text {6}
    S: a
    S: \xe9bc /private/bin ~{3}
    S: x\x00y)
    S: a2 OK ...`,
  );
});

test("a folder takes its notes along when it is renamed, and with it when it is deleted", async () => {
  await play(
    engine,
    `
    C: a1 CREATE Old
    S: a1 OK ...
    C: a2 SETMETADATA Old (/private/comment "kept")
    S: a2 OK ...
    C: a3 RENAME Old New
    S: a3 OK ...
    C: a4 LIST "" New RETURN (METADATA (/private/comment /shared/comment))
    S: * LIST (...) "/" New
    S: * METADATA New (/private/comment "kept" /shared/comment NIL)
    S: a4 OK ...
    C: a5 DELETE New
    S: a5 OK ...
    C: a6 CREATE New
    S: a6 OK ...
    C: a7 GETMETADATA New /private/comment
    S: * METADATA New (/private/comment NIL)
    S: a7 OK ...`,
  );
});

test("what cannot be noted is refused, and nothing of the command is kept", async () => {
  await play(
    engine,
    `
    C: a1 SETMETADATA nowhere (/private/comment "x")
    S: a1 NO [NONEXISTENT] ...
    C: a2 GETMETADATA nowhere /private/comment
    S: a2 NO [NONEXISTENT] ...
    C: a3 SETMETADATA INBOX (/public/comment "x")
    S: a3 BAD ...
    C: a4 SETMETADATA INBOX (/private/a*b "x")
    S: a4 BAD ...
    C: a5 SETMETADATA INBOX (/private//b "x")
    S: a5 BAD ...
    C: a6 GETMETADATA (DEPTH 2) INBOX /private/a
    S: a6 BAD ...
    C: a7 SETMETADATA "" (/private/x "kept?" /shared/admin "mailto:me@example.test")
    S: a7 NO [NOPERM] ...
    C: a8 GETMETADATA "" /private/x
    S: * METADATA "" (/private/x NIL)
    S: a8 OK ...`,
  );
});

test("nobody reads the notes of another", async () => {
  await play(
    engine,
    `
    C: a1 SETMETADATA INBOX (/shared/comment "of ${ALICE}")
    S: a1 OK ...`,
  );
  await transcript(
    engine.ports.imap,
    `
    S: * OK ...
    C: in LOGIN ${BOB} "${PASSWORD}"
    S: in OK ...
    C: b1 GETMETADATA INBOX /shared/comment
    S: * METADATA INBOX (/shared/comment NIL)
    S: b1 OK ...`,
  );
});
