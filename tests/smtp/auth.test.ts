import assert from "node:assert/strict";
import { after, test } from "node:test";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { plain } from "./world.ts";

const engine = await startTestEngine({ mailboxes: ["ann@posthorn.test", "bob@posthorn.test"] });
after(() => engine.stop());
const { smtp, submission, submissions } = engine.ports;
const base64 = (text: string) => Buffer.from(text).toString("base64");
const good = plain("ann@posthorn.test", PASSWORD);

const OPEN = `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
`;

test("nothing is submitted without AUTH", async () => {
  await transcript(
    { port: submissions, tls: true },
    `${OPEN}
    C: MAIL FROM:<ann@posthorn.test>
    S: 530 5.7.0 Authentication required
    C: RCPT TO:<bob@posthorn.test>
    S: 503 5.5.1 ...
    C-: BDAT 6 LAST\\r\\nQUIT\\r\\n
    S: 530 5.7.0 ...
    C: AUTH PLAIN ${good}
    S: 235 2.7.0 ...
    C: MAIL FROM:<ann@posthorn.test>
    S: 250 ...
    C: AUTH PLAIN ${good}
    S: 503 5.5.1 ...
    C: RSET
    S: 250 ...
    C: AUTH PLAIN ${good}
    S: 503 5.5.1 You are signed in already
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<ann@posthorn.test>
    S: 250 ...`,
  );
});

test("PLAIN and LOGIN in their longer forms", async () => {
  await transcript(
    submission,
    `${OPEN}
    C: AUTH PLAIN
    S: 334
    C: ${good}
    S: 235 2.7.0 ...`.replace("334\n", "334 \n"),
  );
  await transcript(
    submission,
    `${OPEN}
    C: auth login
    S: 334 ${base64("Username:")}
    C: ${base64("ann@posthorn.test")}
    S: 334 ${base64("Password:")}
    C: ${base64(PASSWORD)}
    S: 235 2.7.0 ...`,
  );
});

test("wrong and malformed credentials are refused, and the session goes on", async () => {
  await transcript(
    { port: submission, timeoutMs: 8000 },
    `
    S: 220 ...
    C: AUTH PLAIN ${good}
    S: 503 5.5.1 ...
    C: HELO client.example
    S: 250 ...
    C: AUTH PLAIN ${good}
    S: 503 5.5.1 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: AUTH
    S: 501 5.5.4 ...
    C: AUTH PLAIN !!!
    S: 501 5.5.4 ...
    C: AUTH PLAIN abc
    S: 501 5.5.4 ...
    C: AUTH CRAM-MD5
    S: 504 5.5.4 ...
    C: AUTH PLAIN
    S: 334 ...
    C: *
    S: 501 5.7.0 ...
    C: AUTH PLAIN ${plain("ann@posthorn.test", "wrong")}
    S: 535 5.7.8 Authentication failed
    C: AUTH PLAIN ${plain("nobody@posthorn.test", PASSWORD)}
    S: 535 5.7.8 Authentication failed
    C: AUTH PLAIN ${good}
    S: 235 2.7.0 ...`,
  );
});

test("in clear no password is taken, once the exception for tests is off", async () => {
  const strict = await startTestEngine({
    mailboxes: ["ann@posthorn.test"],
    settings: { allowPlaintextAuthOnLoopback: false },
  });
  try {
    const log = await transcript(
      strict.ports.submission,
      `${OPEN}
    C: MAIL FROM:<ann@posthorn.test>
    S: 530 5.7.0 Say STARTTLS first
    C: AUTH PLAIN ${good}
    S: 538 5.7.11 ...
    C: STARTTLS
    S: 220 2.0.0 ...
    C: <STARTTLS>
    C: MAIL FROM:<ann@posthorn.test>
    S: 530 5.7.0 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: AUTH PLAIN ${good}
    S: 235 2.7.0 ...`,
    );
    const [before, afterTls] = log.filter((line) => line.includes("-AUTH"));
    assert.equal(before, "S: 250-AUTH SCRAM-SHA-256");
    assert.match(afterTls ?? "", /PLAIN LOGIN/);
  } finally {
    await strict.stop();
  }
});

test("what was sent in clear behind STARTTLS is never acted on", async () => {
  for (const port of [smtp, submission]) {
    await transcript(
      port,
      `${OPEN}
    C-: STARTTLS\\r\\nEHLO injected.example\\r\\nMAIL FROM:<evil@sender.example>\\r\\n
    S: 220 2.0.0 ...
    C: <STARTTLS>
    S: <SILENCE>
    C: RCPT TO:<ann@posthorn.test>
    S: 503 5.5.1 ...
    C: STARTTLS
    S: 503 5.5.1 TLS is on already
    C: EHLO client.example
    S: ...
    S: 250-REQUIRETLS
    S: 250 LIMITS ...`,
    );
  }
});

test("STARTTLS takes no arguments and does not come inside a transaction", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C: STARTTLS now
    S: 501 5.5.4 ...
    C: MAIL FROM:<a@sender.example>
    S: 250 ...
    C: STARTTLS
    S: 503 5.5.1 ...`,
  );
});

test("a session of a mailbox can be ended from elsewhere", async () => {
  const { sessions } = engine.engine.ctx;
  const id = await engine.mailboxId("bob@posthorn.test");
  const dropped = new Promise<number>((resolve) => {
    const timer = setInterval(() => {
      if (sessions.of(id).length === 0) return;
      clearInterval(timer);
      resolve(sessions.drop(id, "The password has changed"));
    }, 10);
  });
  await transcript(
    submission,
    `${OPEN}
    C: AUTH PLAIN ${plain("bob@posthorn.test", PASSWORD)}
    S: 235 ...
    S: 421 4.3.2 The password has changed
    S: <CLOSED>`,
  );
  assert.equal(await dropped, 1);
});
