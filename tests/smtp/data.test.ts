import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { eventsOf, lastMessage, messagesIn } from "./world.ts";

const engine = await startTestEngine({
  mailboxes: ["ann@posthorn.test", "bob@posthorn.test"],
});
after(() => engine.stop());
const { smtp } = engine.ports;

const OPEN = `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<eve@sender.example>
    S: 250 2.1.0 ...
    C: RCPT TO:<ann@posthorn.test>
    S: 250 2.1.5 ...
    C: DATA
    S: 354 ...
`;

test("a message is stored byte for byte below our own fields, and 250 names its trace", async () => {
  const log = await transcript(
    smtp,
    `${OPEN}
    C: Subject: dots
    C:
    C: ..one
    C: ...
    C: two
    C: .
    S: 250 2.0.0 queued as ...
    C: QUIT
    S: 221 2.0.0 ...
    S: <CLOSED>`,
  );
  const trace = /queued as (\S+)/.exec(log.join("\n"))?.[1] ?? "";
  const message = await lastMessage(engine, "ann@posthorn.test");
  assert.match(
    message,
    /^Return-Path: <eve@sender\.example>\r\nAuthentication-Results: mx\.posthorn\.test;/,
  );
  assert.match(message, /\r\nReceived: from client\.example \(\[127\.0\.0\.1\]\)/);
  assert.ok(message.includes(trace));
  assert.ok(message.endsWith("Subject: dots\r\n\r\n.one\r\n..\r\ntwo\r\n"), message.slice(-60));
  const received = /Received: [^]*?\r\n(?! )/.exec(message)?.[0].replace(/\r\n /g, " ") ?? "";
  assert.match(
    received,
    /by mx\.posthorn\.test with ESMTP id \S+ for <ann@posthorn\.test>; \w{3}, /,
  );

  const [accepted] = await eventsOf(engine, "message.accepted", trace);
  assert.equal(accepted?.sender, "eve@sender.example");
  const [delivered] = await eventsOf(engine, "message.delivered", trace);
  assert.equal(delivered?.recipient, "ann@posthorn.test");
});

test("with several recipients Received names none, and each mailbox gets one copy", async () => {
  await transcript(
    smtp,
    `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<>
    S: 250 ...
    C: RCPT TO:<bob@posthorn.test>
    S: 250 ...
    C: RCPT TO:<BOB+tag@posthorn.test>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: Subject: once
    C:
    C: .
    S: 250 ...`,
  );
  const messages = await messagesIn(engine, "bob@posthorn.test");
  assert.equal(messages.length, 1);
  assert.match(messages[0] ?? "", /^Return-Path: <>\r\n/);
  assert.doesNotMatch(messages[0] ?? "", /for </);
});

const BAD_ENDS = [
  "\\n.\\n",
  "\\n.\\r\\n",
  "\\r.\\r",
  "\\r.\\r\\n",
  "\\r\\n.\\n",
  "\\r\\n.\\r",
  "\\r\\n.\\r\\r\\n",
];

for (const end of BAD_ENDS) {
  test(`${end} smuggles nothing: the message is refused at its real end, the session stays in step`, async () => {
    const before = (await messagesIn(engine, "ann@posthorn.test")).length;
    await transcript(
      smtp,
      `${OPEN}
    C-: Subject: x\\r\\n\\r\\nbody${end}MAIL FROM:<evil@sender.example>\\r\\nRCPT TO:<bob@posthorn.test>\\r\\nDATA\\r\\nSubject: smuggled\\r\\n
    S: <SILENCE>
    C: .
    S: 550 5.6.11 ...
    C: NOOP
    S: 250 2.0.0 ...`,
    );
    assert.equal((await messagesIn(engine, "ann@posthorn.test")).length, before);
  });
}

test("a NUL byte is refused", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C-: a\\0b\\r\\n.\\r\\n
    S: 550 5.6.0 ...
    C: MAIL FROM:<eve@sender.example>
    S: 250 ...`,
  );
});

test("DATA out of order is refused, and takes no arguments", async () => {
  await transcript(
    smtp,
    `
    S: 220 ...
    C: DATA
    S: 503 5.5.1 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: DATA
    S: 503 5.5.1 ...
    C: MAIL FROM:<eve@sender.example>
    S: 250 ...
    C: DATA
    S: 503 5.5.1 ...
    C: RCPT TO:<ann@posthorn.test>
    S: 250 ...
    C: DATA now
    S: 501 5.5.4 ...
    C: DATA
    S: 354 ...`,
  );
});

test("going in circles is refused", async () => {
  await transcript(
    smtp,
    `${OPEN}
${"    C: Received: from a by b; Mon, 23 Nov 2026 10:00:00 +0000\n".repeat(51)}
    C:
    C: .
    S: 554 5.4.6 ...`,
  );
  const [refused] = await eventsOf(engine, "message.refused", "eve@sender.example", "5.4.6");
  assert.equal(refused?.code, 554);
});

test("a header section without end is refused", async () => {
  await transcript(
    { port: smtp, timeoutMs: 5000 },
    `${OPEN}
${`    C: X-Long: ${"x".repeat(900)}\n`.repeat(300)}
    C: .
    S: 550 5.6.0 ...`,
  );
});

test("fields that only we may write are taken out", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C: Return-Path: <forged@sender.example>
    C: Authentication-Results: mx.posthorn.test; spf=pass
    C: AUTHENTICATION-RESULTS : (hi (there)) "MX.posthorn.test" 1; dkim=pass
    C: Authentication-Results: other.example; spf=fail
    C: Subject: forged
    C:
    C: .
    S: 250 ...`,
  );
  const message = await lastMessage(engine, "ann@posthorn.test");
  assert.equal(message.match(/^authentication-results\s*:/gim)?.length, 2);
  assert.match(message, /\r\nAuthentication-Results: other\.example; spf=fail\r\n/);
  assert.equal(message.match(/^return-path:/gim)?.length, 1);
});

test("a large message passes through a file that nobody can see, and arrives whole", async () => {
  const line = `${randomBytes(36).toString("hex")}\r\n`;
  const body = line.repeat(40_000); // about 3 MB
  await transcript(
    { port: smtp, timeoutMs: 20_000 },
    `${OPEN}
    C-: Subject: large\\r\\n\\r\\n${body.replaceAll("\r\n", "\\r\\n")}.\\r\\n
    S: 250 ...`,
  );
  const message = await lastMessage(engine, "ann@posthorn.test");
  assert.ok(message.endsWith(`Subject: large\r\n\r\n${body}`));
  const spool = join(engine.engine.ctx.settings.dataFolder, "spool", "tmp");
  assert.deepEqual(readdirSync(spool), []);
});

test("a client that is gone before the end leaves nothing", async () => {
  const before = (await messagesIn(engine, "ann@posthorn.test")).length;
  await transcript(smtp, `${OPEN}\n    C: Subject: half\n    C: <RESET>`);
  await transcript(smtp, `${OPEN}\n    C: Subject: half\n    C: <CLOSE>\n    S: <CLOSED>`);
  assert.equal((await messagesIn(engine, "ann@posthorn.test")).length, before);
});
