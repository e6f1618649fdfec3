import { test } from "node:test";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, imapEngine } from "./support.ts";

const engine = await imapEngine({ settings: { allowPlaintextAuthOnLoopback: false } });
const plain = (name: string, password: string) =>
  Buffer.from(`\0${name}\0${password}`).toString("base64");

test("without TLS no password is taken, and it is said so", async () => {
  await transcript(
    engine.ports.imap,
    `
    S: * OK [CAPABILITY ... STARTTLS LOGINDISABLED AUTH=SCRAM-SHA-256] ...
    C: a1 LOGIN ${ALICE} "${PASSWORD}"
    S: a1 NO [PRIVACYREQUIRED] ...
    C: a2 AUTHENTICATE PLAIN ${plain(ALICE, PASSWORD)}
    S: a2 NO [PRIVACYREQUIRED] ...
    C: a3 AUTHENTICATE NONSENSE
    S: a3 NO [CANNOT] ...
    C: a4 SELECT INBOX
    S: a4 BAD Sign in first
    C: a5 UID FETCH 1 FLAGS
    S: a5 BAD Sign in first`,
  );
});

test("what is pipelined behind STARTTLS is thrown away", async () => {
  await transcript(
    engine.ports.imap,
    `
    S: * OK ...
    C-: a1 STARTTLS\\r\\na2 NOOP\\r\\n
    S: a1 OK Begin TLS negotiation now
    C: <STARTTLS>
    C: a3 CAPABILITY
    S: * CAPABILITY IMAP4rev2 IMAP4rev1 LITERAL+ SASL-IR ID ENABLE AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256 AUTH=PLAIN AUTH=LOGIN
    S: a3 OK ...
    C: a4 STARTTLS
    S: a4 BAD ...
    C: a5 AUTHENTICATE PLAIN
    S: + ...
    C: *
    S: a5 BAD Authentication cancelled
    C: a6 AUTHENTICATE PLAIN
    S: + ...
    C: ${plain(ALICE, PASSWORD)}
    S: a6 OK [CAPABILITY ...] Signed in`,
  );
});

test("over implicit TLS the initial response comes with the command", async () => {
  await transcript(
    { port: engine.ports.imaps, tls: true },
    `
    S: * OK [CAPABILITY ... AUTH=PLAIN ...] ...
    C: a1 AUTHENTICATE plain ${plain(ALICE, "wrong")}
    S: a1 NO [AUTHENTICATIONFAILED] ...
    C: a2 AUTHENTICATE PLAIN not=base64
    S: a2 BAD ...
    C: a3 AUTHENTICATE PLAIN ${plain(ALICE, PASSWORD)}
    S: a3 OK ...`,
  );
});
