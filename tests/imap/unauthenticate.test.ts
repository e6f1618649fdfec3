/** UNAUTHENTICATE (RFC 8437): one connection, one user after another. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, BOB, HELLO, imapEngine, play } from "./support.ts";

const engine = await imapEngine();
await engine.deliver(ALICE, HELLO);
await engine.deliver(BOB, HELLO);
await engine.deliver(BOB, HELLO);

test("nothing of the first user is left for the second", async () => {
  const { sessions } = engine.engine.ctx;
  const alice = await engine.mailboxId(ALICE);
  await play(
    engine,
    `
    C: a1 ENABLE UTF8=ACCEPT QRESYNC
    S: ...
    S: a1 OK ...
    C: a2 SELECT INBOX
    S: ...
    S: a2 OK ...
    C: a3 UNAUTHENTICATE
    S: a3 OK [CAPABILITY ...AUTH=...] Signed out
    C: a4 FETCH 1 FLAGS
    S: a4 BAD ...
    C: a5 LIST "" *
    S: a5 BAD ...
    C: a6 LOGIN ${BOB} "${PASSWORD}"
    S: a6 OK [CAPABILITY ...QRESYNC...] Signed in
    C: b1 SELECT INBOX (QRESYNC (1 1))
    S: b1 BAD ...
    C: b2 SELECT INBOX
    S: ...
    S: * 2 EXISTS
    S: ...
    S: b2 OK ...
    C: b3 STORE 1 +FLAGS (\\Deleted)
    S: * 1 FETCH (FLAGS (\\Deleted))
    S: b3 OK ...
    C: b4 EXPUNGE
    S: * 1 EXPUNGE
    S: b4 OK EXPUNGE completed
    C: b5 UNAUTHENTICATE
    S: b5 OK ...`,
  );
  assert.equal(sessions.of(alice).length, 0);
});

test("strangers have nothing to sign out of; afterwards their bounds hold again", async () => {
  await transcript(
    engine.ports.imap,
    `S: * OK ...
    C: a1 UNAUTHENTICATE
    S: a1 BAD ...`,
  );
  await play(
    engine,
    `
    C: a1 UNAUTHENTICATE now
    S: a1 BAD ...
    C: a2 UNAUTHENTICATE
    S: a2 OK ...
    C: a3 UNAUTHENTICATE
    S: a3 BAD ...
    C: a4 LOGIN {5000}
    S: a4 BAD ...
    C: a5 x
    S: a5 BAD ...
    C: a6 x
    S: a6 BAD ...
    C: a7 x
    S: a7 BAD ...
    S: * BYE ...
    S: <CLOSED>`,
  );
});
