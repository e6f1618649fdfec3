import assert from "node:assert/strict";
import { test } from "node:test";
import { transcript } from "../support/transcript.ts";
import { ALICE, HELLO, imapEngine, play } from "./support.ts";

const engine = await imapEngine();
await engine.deliver(ALICE, HELLO);
async function stranger(script: string): Promise<void> {
  await transcript(engine.ports.imap, `S: * OK ...\n${script}`);
}

test("strangers get no large literal accepted", () =>
  stranger(`
    C: a1 LOGIN {5000}
    S: a1 BAD [TOOBIG] ...
    C: a2 APPEND INBOX {5000}
    S: a2 BAD Sign in first
    C: a3 NONSENSE {5}
    S: a3 BAD Unknown command
    C: a4 LOGIN {70000+}
    S: * BYE The literal is too long
    S: <CLOSED>`));

test("a small refused literal is passed over, with what follows it", () =>
  stranger(`
    C: a1 NONSENSE {4+}
    C: a2 X {3+}
    C: abc
    S: a1 BAD Unknown command
    C: a2 LOGIN {007+}
    C: a3 NOOP nobody
    S: a2 NO [AUTHENTICATIONFAILED] ...
    C: a3 NOOP
    S: a3 OK NOOP completed`));

test("what only begins like a tag is none: nobody else's command is answered", () =>
  stranger(`
    C: a+b NOOP
    S: * BAD A command starts with a tag
    C: a(b NOOP {3+}
    C: abc
    S: * BAD A command starts with a tag
    C: a]b NOOP
    S: a]b OK NOOP completed`));

test("lines that are no commands are counted, and then it is over", () =>
  stranger(`
    C: GET / HTTP/1.1
    S: GET BAD Unknown command
    C: +tag NOOP
    S: * BAD A command starts with a tag
    C:
    S: * BAD ...
    C: a
    S: a BAD Unknown command
    C: a1 NOOP extra
    S: a1 BAD ...
    S: * BYE Too many errors
    S: <CLOSED>`));

test("a line that never ends, and bare line ends", async () => {
  await stranger(`
    C: a1 ${"x".repeat(20_000)}
    S: * BYE Line too long
    S: <CLOSED>`);
  await stranger(`
    C-: a1 NOOP\\na2 NOOP\\r\\n
    S: * BYE Lines must end in CRLF
    S: <CLOSED>`);
});

test("NUL and 8-bit octets are in no command", () =>
  stranger(`
    C-: a1 LOGIN "a\\x00" b\\r\\n
    S: a1 BAD ...
    C-: a\\x00 NOOP\\r\\n
    S: * BAD ...
    C-: a3 LOGIN {1+}\\r\\n\\x00 b\\r\\n
    S: a3 BAD ...
    C-: a4 LOGIN \\xff\\xff b\\r\\n
    S: a4 BAD ...`));

test("after sign-in bounds are wider, and still bounds", async () => {
  await play(
    engine,
    `
    C: a0 SELECT INBOX
    S: ...
    S: a0 OK ...
    C: a1 SEARCH SUBJECT {65537}
    S: a1 BAD [TOOBIG] ...
    C: a2 UID FETCH ${Array.from({ length: 10_000 }, (_, i) => i * 2 + 1).join(",")} FLAGS
    S: * 1 FETCH (FLAGS () UID 1)
    S: a2 OK ...
    C: a3 FETCH ${Array(10_000).fill("1:*").join(",")} UID
    S: * 1 FETCH (UID 1)
    S: a3 OK ...
    C: a4 UID FETCH 1:4294967295 UID
    S: * 1 FETCH (UID 1)
    S: a4 OK ...
    C: a5 UID FETCH 1:4294967296 UID
    S: a5 BAD ...
    C: a6 FETCH 1 BODY[${"1.".repeat(200)}1]
    S: a6 BAD ...
    C: a7 SELECT ${"x".repeat(70_000)}
    S: * BYE Line too long
    S: <CLOSED>`,
  );
});

test("pipelined commands are answered in order", async () => {
  const said = await play(
    engine,
    `
    C-: a1 SELECT INBOX\\r\\na2 FETCH 1 UID\\r\\na3 NOOP\\r\\na4 STORE 1 +FLAGS.SILENT (\\\\Flagged)\\r\\na5 SEARCH FLAGGED\\r\\na6 LOGOUT\\r\\n
    S: ...
    S: a6 OK ...
    S: <CLOSED>`,
  );
  const tags = said.map((line) => /^S: (a\d) OK/.exec(line)?.[1]).filter(Boolean);
  assert.deepEqual(tags, ["a1", "a2", "a3", "a4", "a5", "a6"]);
});

test("a client that leaves in the middle of a literal leaves nothing behind", async () => {
  await play(
    engine,
    `
    C: a1 APPEND Junk {50}
    S: + Ready for literal data
    C-: half a mes
    C: <RESET>`,
  );
  await play(
    engine,
    `
    C: a1 STATUS Junk (MESSAGES)
    S: * STATUS Junk (MESSAGES 0)
    S: a1 OK ...`,
  );
});
