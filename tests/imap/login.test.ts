import { test } from "node:test";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, imapEngine } from "./support.ts";

const engine = await imapEngine();

test("LOGIN signs in and says what the server can do now", async () => {
  await transcript(
    engine.ports.imap,
    `
    S: * OK [CAPABILITY IMAP4rev2 IMAP4rev1 LITERAL+ SASL-IR ID ENABLE ...] Posthorn ready
    C: a1 LOGIN ${ALICE} "${PASSWORD}"
    S: a1 OK [CAPABILITY IMAP4rev2 IMAP4rev1 ... IDLE ... MOVE ... CONDSTORE ...] Signed in
    C: a2 LOGIN ${ALICE} "${PASSWORD}"
    S: a2 BAD Not now: ...
    C: a3 LOGOUT
    S: * BYE Goodbye
    S: a3 OK LOGOUT completed
    S: <CLOSED>`,
  );
});

test("a wrong password and an unknown name get the same answer", async () => {
  await transcript(
    engine.ports.imap,
    `
    S: * OK ...
    C: a1 LOGIN ${ALICE} wrong
    S: a1 NO [AUTHENTICATIONFAILED] Authentication failed
    C: a2 LOGIN nobody@example.test wrong
    S: a2 NO [AUTHENTICATIONFAILED] Authentication failed`,
  );
});

test("arguments may be literals, of either kind", async () => {
  await transcript(
    engine.ports.imap,
    `
    S: * OK ...
    C: a1 LOGIN {${ALICE.length}}
    S: + Ready for literal data
    C: ${ALICE} {${PASSWORD.length}+}
    C: ${PASSWORD}
    S: a1 OK ...`,
  );
});
