import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { eventsOf } from "./world.ts";

const engine = await startTestEngine({ mailboxes: ["ann@posthorn.test"] });
after(() => engine.stop());
const { smtp, submission, submissions } = engine.ports;

test("port 25 announces what it honours, and no AUTH", async () => {
  await transcript(
    smtp,
    `
    S: 220 mx.posthorn.test ESMTP
    C: EHLO client.example
    S: 250-mx.posthorn.test
    S: 250-PIPELINING
    S: 250-SIZE 52428800
    S: 250-STARTTLS
    S: 250-8BITMIME
    S: 250-SMTPUTF8
    S: 250-ENHANCEDSTATUSCODES
    S: 250-CHUNKING
    S: 250-DSN
    S: 250 LIMITS RCPTMAX=1000
    C: AUTH PLAIN AGE=
    S: 502 5.5.1 ...
    C: QUIT
    S: 221 ...
    S: <CLOSED>`,
  );
});

test("under TLS there is REQUIRETLS instead of STARTTLS; submission ports offer AUTH", async () => {
  const [, , ...tls] = await transcript(
    { port: submissions, tls: true },
    `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250-REQUIRETLS
    S: 250 LIMITS ...`,
  );
  assert.ok(tls.some((line) => /250-AUTH .*SCRAM-SHA-256/.test(line)));
  assert.ok(!tls.some((line) => line.includes("STARTTLS")));
  const clear = await transcript(
    submission,
    `
    S: 220 ...
    C: EHLO [127.0.0.1]
    S: ...
    S: 250 LIMITS ...`,
  );
  assert.ok(clear.includes("S: 250-STARTTLS"));
  assert.ok(!clear.some((line) => line.includes("REQUIRETLS") || line.includes("PLUS")));
});

test("HELO has no extensions: parameters are refused after it", async () => {
  await transcript(
    smtp,
    `
    S: 220 ...
    C: HELO client.example
    S: 250 mx.posthorn.test
    C: MAIL FROM:<a@sender.example> SIZE=10
    S: 555 5.5.4 ...
    C: MAIL FROM:<a@sender.example>
    S: 250 2.1.0 ...
    C: RCPT TO:<ann@posthorn.test> NOTIFY=NEVER
    S: 555 5.5.4 ...`,
  );
});

test("names that are none are refused, EHLO again starts anew", async () => {
  await transcript(
    smtp,
    `
    S: 220 ...
    C: EHLO
    S: 501 5.5.4 ...
    C: EHLO a b
    S: 501 5.5.4 ...
    C: EHLO [1.2.3]
    S: 501 5.5.4 ...
    C: MAIL FROM:<a@sender.example>
    S: 503 5.5.1 ...
    C: EHLO MY_PC
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<a@sender.example>
    S: 250 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: RCPT TO:<ann@posthorn.test>
    S: 503 5.5.1 ...`,
  );
});

test("commands that only answer", async () => {
  await transcript(
    smtp,
    `
    S: 220 ...
    C: noop anything at all
    S: 250 2.0.0 ...
    C: HELP
    S: 214 2.0.0 ...
    C: VRFY ann
    S: 252 2.1.5 ...
    C: EXPN staff
    S: 502 5.5.1 ...
    C: RSET
    S: 250 2.0.0 ...
    C: RSET now
    S: 501 5.5.4 ...
    C: QUIT now
    S: 501 5.5.4 ...
    C: QUIT
    S: 221 2.0.0 ...
    S: <CLOSED>`,
  );
});

test("pipelined commands are answered in order, the whole group at once", async () => {
  await transcript(
    smtp,
    `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C-: MAIL FROM:<a@sender.example>\\r\\nRCPT TO:<nobody@posthorn.test>\\r\\nRCPT TO:<ann@posthorn.test>\\r\\nDATA\\r\\n
    S: 250 2.1.0 ...
    S: 550 5.1.1 ...
    S: 250 2.1.5 ...
    S: 354 ...
    C-: Subject: x\\r\\n\\r\\n.\\r\\nMAIL FROM:<a@sender.example>\\r\\nQUIT\\r\\n
    S: 250 2.0.0 queued as ...
    S: 250 2.1.0 ...
    S: 221 ...
    S: <CLOSED>`,
  );
});

test("what is no command is refused, and ten such are enough", async () => {
  await transcript(
    { port: smtp, encoding: "latin1" },
    `
    S: 220 ...
    C: BOGUS
    S: 500 5.5.1 ...
    C:
    S: 500 5.5.1 ...
    C-: NO\\0OP\\r\\n
    S: 501 5.5.4 ...
    C-: NOOP \\xff\\r\\n
    S: 501 5.5.4 ...
    C-: NOOP a\\nQUIT\\r\\n
    S: 550 5.6.11 ...
    C: ${"x".repeat(5000)}
    S: 500 5.5.6 ...
    C: NOOP
    S: 250 ...
    C-: A\\r\\nB\\r\\nC\\r\\nD\\r\\nE\\r\\n
    S: 500 ...
    S: 500 ...
    S: 500 ...
    S: 500 ...
    S: 421 4.7.0 ...
    S: <CLOSED>`,
  );
});

test("a browser that was lured here is hung up on", async () => {
  await transcript(
    smtp,
    `
    S: 220 ...
    C-: POST / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nEHLO evil.example\\r\\nMAIL FROM:<a@sender.example>\\r\\n
    S: 500 5.5.1 ...
    S: <CLOSED>`,
  );
});

test("refusals are in the trace with the words the peer was told", async () => {
  await transcript(
    smtp,
    `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<trace me@sender.example>
    S: 501 5.5.4 ...`,
  );
  const [refused] = await eventsOf(engine, "sender.refused", "trace me@sender.example");
  assert.deepEqual([refused?.code, refused?.enhanced], [501, "5.5.4"]);
});
