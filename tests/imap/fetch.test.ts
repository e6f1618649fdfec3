import assert from "node:assert/strict";
import { test } from "node:test";
import { FLAGGED } from "../../lib/mail/flags.ts";
import { eventually } from "../support/storage.ts";
import { ALICE, BOB, HELLO, SELECT, imapEngine, lines, listener, play } from "./support.ts";

const engine = await imapEngine();

const NESTED = lines(
  "From: =?utf-8?q?B=C3=B6b?= <bob@example.test>",
  "Subject: parts",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "preamble",
  "--b",
  "Content-Type: text/plain; charset=utf-8",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "caf=C3=A9=00",
  "--b",
  "Content-Type: message/rfc822",
  "Content-Disposition: attachment; filename=in.eml",
  "",
  "Subject: inner",
  "",
  "inner text",
  "--b",
  "Content-Type: application/x-unknown; name=x",
  "Content-Transfer-Encoding: x-what",
  "",
  "?",
  "--b--",
);
await engine.deliver(ALICE, HELLO);
await engine.deliver(ALICE, NESTED);

test("plain items, macros, and the uid that UID FETCH adds", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 FETCH 1 FAST
    S: * 1 FETCH (FLAGS () INTERNALDATE "..." RFC822.SIZE ${HELLO.length})
    S: a1 OK ...
    C: a2 UID FETCH 1 ENVELOPE
    S: * 1 FETCH (ENVELOPE ("Mon, 2 Mar 2026 10:00:00 +0100" "Hello" (("Bob" NIL "bob" "example.test")) (("Bob" NIL "bob" "example.test")) (("Bob" NIL "bob" "example.test")) ((NIL NIL "alice" "example.test")) NIL NIL NIL "<hello@example.test>") UID 1)
    S: a2 OK ...
    C: a3 FETCH 1 (UID UID BODY)
    S: * 1 FETCH (UID 1 BODY ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 15 1))
    S: a3 OK ...
    C: a4 FETCH 2 BODYSTRUCTURE
    S: * 2 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "QUOTED-PRINTABLE" 12 1 NIL NIL NIL NIL)("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 28 (NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 10 1 NIL NIL NIL NIL) 3 NIL ("ATTACHMENT" ("FILENAME" "in.eml")) NIL NIL)("APPLICATION" "X-UNKNOWN" ("NAME" "x") NIL NIL "X-WHAT" 1 NIL NIL NIL NIL) "MIXED" ("BOUNDARY" "b") NIL NIL NIL))
    S: a4 OK ...
    C: a5 FETCH 1 (EMAILID THREADID SAVEDATE MODSEQ PREVIEW)
    S: * OK [HIGHESTMODSEQ ...] Highest
    S: * 1 FETCH (EMAILID (M...) THREADID (T...) SAVEDATE "..." MODSEQ (...) PREVIEW "Hello, world.")
    S: a5 OK ...
    C: a5b FETCH 1 (PREVIEW (LAZY) UID)
    S: * 1 FETCH (PREVIEW "Hello, world." UID 1)
    S: a5b OK ...
    C: a5c FETCH 1 PREVIEW (LAZY)
    S: * 1 FETCH (PREVIEW "Hello, world.")
    S: a5c OK ...
    C: a5d FETCH 1 (PREVIEW (SOON))
    S: a5d BAD ...
    C: a6 UID FETCH 7:9 FLAGS
    S: a6 OK ...
    C: a7 UID FETCH 7:* FLAGS
    S: * 2 FETCH (FLAGS () UID 2)
    S: a7 OK ...`,
  );
});

test("sections, fields and slices", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 FETCH 2 (BODY.PEEK[1] BODY.PEEK[2.HEADER] BODY.PEEK[2.TEXT] BODY.PEEK[2.1] BODY.PEEK[2.MIME])
    S: * 2 FETCH (BODY[1] {12}
    S: caf=C3=A9=00 BODY[2.HEADER] {18}
    S: Subject: inner
    S:
    S:  BODY[2.TEXT] {10}
    S: inner text BODY[2.1] {10}
    S: inner text BODY[2.MIME] {82}
    S: Content-Type: message/rfc822
    S: Content-Disposition: attachment; filename=in.eml
    S:
    S: )
    S: a1 OK ...
    C: a2 FETCH 1 BODY.PEEK[HEADER.FIELDS (subject "X-None" FROM)]
    S: * 1 FETCH (BODY[HEADER.FIELDS (subject X-None FROM)] {48}
    S: From: Bob <bob@example.test>
    S: Subject: Hello
    S:
    S: )
    S: a2 OK ...
    C: a3 FETCH 1 (BODY.PEEK[]<6.3> BODY.PEEK[TEXT]<7.6> BODY.PEEK[]<9999.5>)
    S: * 1 FETCH (BODY[]<6> {3}
    S: Bob BODY[TEXT]<7> {6}
    S: world. BODY[]<9999> {0}
    S: )
    S: a3 OK ...
    C: a4 FETCH 1 (BODY.PEEK[1.MIME] BODY.PEEK[2] BODY.PEEK[1.1] BODY.PEEK[1.HEADER])
    S: * 1 FETCH (BODY[1.MIME] {...}
    S: ...
    S:  BODY[2] NIL BODY[1.1] NIL BODY[1.HEADER] NIL)
    S: a4 OK ...`,
  );
});

test("BINARY decodes, counts first, and refuses what it cannot decode", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 FETCH 2 (BINARY.SIZE[1] BINARY.PEEK[1]<0.4>)
    S: * 2 FETCH (BINARY.SIZE[1] 6 BINARY[1]<0> ~{4}
    S: caf...)
    S: a1 OK ...
    C: a2 FETCH 2 BINARY.PEEK[3]
    S: a2 NO [UNKNOWN-CTE] ...
    C: a3 FETCH 2 BINARY.PEEK[9]
    S: * 2 FETCH (BINARY[9] NIL)
    S: a3 OK ...`,
  );
});

test("reading sets \\Seen, once, and others hear of it", async () => {
  await play(
    engine,
    `${SELECT}
    C2: s1 SELECT INBOX
    S2: ...
    S2: s1 OK ...
    C: a1 FETCH 1 BODY[TEXT]
    S: * 1 FETCH (BODY[TEXT] {15}
    S: Hello, world.
    S:  FLAGS (\\Seen))
    S: a1 OK ...
    C: a2 FETCH 1 RFC822.TEXT
    S: * 1 FETCH (RFC822.TEXT {15}
    S: Hello, world.
    S: )
    S: a2 OK ...
    C2: b1 NOOP
    S2: * 1 FETCH (UID 1 FLAGS (\\Seen))
    S2: b1 OK ...
    C: a3 FETCH 2 RFC822.HEADER
    S: * 2 FETCH (RFC822.HEADER {...}
    S: ...
    S: )
    S: a3 OK ...
    C: a4 FETCH 2 FLAGS
    S: * 2 FETCH (FLAGS ())
    S: a4 OK ...`,
    ["", "2"],
  );
});

test("what is no FETCH is refused", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 FETCH 3 FLAGS
    S: a1 BAD There is no message of that number
    C: a2 FETCH 0 FLAGS
    S: a2 BAD ...
    C: a3 FETCH 1 (FLAGS
    S: a3 BAD ...
    C: a4 FETCH 1 BODY[1.2.NONSENSE]
    S: a4 BAD ...
    C: a5 FETCH 1 FLAGS trailing
    S: a5 BAD ...
    C: a6 FETCH  1 FLAGS
    S: a6 BAD ...`,
  );
});

test("flags are those of the message, though others go while its octets are read", async () => {
  const { ctx, storage } = engine.engine;
  // So long that nothing of its octets is kept, whoever has read them.
  const long = lines("Subject: long", "", ...Array.from({ length: 20_000 }, () => "x".repeat(70)));
  for (const message of [HELLO, long, HELLO]) await engine.deliver(BOB, message);
  const inbox = await ctx.store.findFolder(await engine.mailboxId(BOB), "INBOX");
  assert.ok(inbox);
  await ctx.store.setFlags(inbox.id, [2], { action: "add", bits: FLAGGED, keywords: [] });
  const session = await listener(engine.ports.imap, BOB);
  await session.says("a1 SELECT INBOX", "a1 OK [READ-WRITE] Mailbox selected");
  await session.says("a2 FETCH 1:3 ENVELOPE", "a2 OK FETCH completed");
  const blocker = await storage.pool.connect(); // whoever reads octets has to wait
  const waiting = async () => {
    const { rowCount } = await blocker.query(
      "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'blob'::regclass",
    );
    return rowCount ?? 0;
  };
  const header = "BODY[HEADER.FIELDS (SUBJECT)] {17}\r\nSubject: long\r\n\r\n";
  let told;
  try {
    await blocker.query("BEGIN");
    await blocker.query("LOCK TABLE blob IN ACCESS EXCLUSIVE MODE");
    const before = await waiting(); // the text index may read, too
    told = session.says(
      "a3 FETCH 2 (BODY.PEEK[HEADER.FIELDS (SUBJECT)] FLAGS)",
      `* 2 FETCH (${header} FLAGS (\\Flagged))`,
    );
    await eventually(async () => (await waiting()) > before, "FETCH waits for octets");
    await ctx.store.expunge(inbox.id, [1], { force: true });
  } finally {
    await blocker.query("ROLLBACK");
    blocker.release();
  }
  await told;
  session.close();
});
