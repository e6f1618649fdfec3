import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { lastMessage, messagesIn } from "./world.ts";

const engine = await startTestEngine({ mailboxes: ["ann@posthorn.test"] });
after(() => engine.stop());
const { smtp } = engine.ports;

const OPEN = `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<a@sender.example>
    S: 250 ...
    C: RCPT TO:<ann@posthorn.test>
    S: 250 ...
`;

test("chunks make a message; dots in them are dots", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C-: BDAT 14\\r\\nSubject: one\\r\\nBDAT 0\\r\\nBDAT 11\\r\\n\\r\\n.\\r\\n..\\r\\na\\rBDAT 1\\r\\n\\n
    S: 250 2.0.0 14 bytes ...
    S: 250 2.0.0 0 bytes ...
    S: 250 2.0.0 11 bytes ...
    S: 250 2.0.0 1 bytes ...
    C: BDAT 0 LAST
    S: 250 2.0.0 queued as ...
    C: MAIL FROM:<a@sender.example>
    S: 250 ...`,
  );
  const message = await lastMessage(engine, "ann@posthorn.test");
  assert.ok(message.endsWith("Subject: one\r\n\r\n.\r\n..\r\na\r\n"), JSON.stringify(message));
});

test("the whole transaction in one packet", async () => {
  await transcript(
    smtp,
    `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C-: MAIL FROM:<a@sender.example>\\r\\nRCPT TO:<ann@posthorn.test>\\r\\nBDAT 16 LAST\\r\\nSubject: all\\r\\n\\r\\nQUIT\\r\\n
    S: 250 2.1.0 ...
    S: 250 2.1.5 ...
    S: 250 2.0.0 queued as ...
    S: 221 ...`,
  );
});

test("what follows a refused recipient is swallowed, never taken for commands", async () => {
  const before = (await messagesIn(engine, "ann@posthorn.test")).length;
  await transcript(
    smtp,
    `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C-: MAIL FROM:<a@sender.example>\\r\\nRCPT TO:<nobody@posthorn.test>\\r\\nBDAT 29\\r\\nRCPT TO:<ann@posthorn.test>\\r\\nBDAT 6 LAST\\r\\nQUIT\\r\\nNOOP\\r\\n
    S: 250 2.1.0 ...
    S: 550 5.1.1 ...
    S: 503 5.5.1 ...
    S: 503 5.5.1 ...
    S: 250 2.0.0 OK
    C: MAIL FROM:<a@sender.example>
    S: 250 ...`,
  );
  assert.equal((await messagesIn(engine, "ann@posthorn.test")).length, before);
});

test("between chunks only chunks, RSET and the like may come", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C-: BDAT 3\\r\\na\\r\\n
    S: 250 ...
    C: DATA
    S: 503 5.5.1 ...
    C: RCPT TO:<ann@posthorn.test>
    S: 503 5.5.1 ...
    C: MAIL FROM:<a@sender.example>
    S: 503 5.5.1 ...
    C: STARTTLS
    S: 503 5.5.1 ...
    C: NOOP
    S: 250 ...
    C: RSET
    S: 250 ...
    C-: BDAT 2 LAST\\r\\n\\r\\n
    S: 503 5.5.1 ...`,
  );
});

for (const [name, body] of [
  ["LF alone", "a\\nb\\r\\n"],
  ["CR alone", "a\\rbc\\r\\n"],
  ["CR at the very end", "abcde\\r"],
] as const) {
  test(`${name} in a chunk is refused and ends the transaction`, async () => {
    const size = body.replaceAll(/\\./g, "x").length;
    await transcript(
      smtp,
      `${OPEN}
    C-: BDAT ${size} LAST\\r\\n${body}
    S: 550 5.6.11 ...
    C-: BDAT 2 LAST\\r\\n\\r\\n
    S: 503 5.5.1 ...
    C: MAIL FROM:<a@sender.example>
    S: 250 ...`,
    );
  });
}

test("a NUL in a chunk is refused", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C-: BDAT 3\\r\\na\\0b
    S: 550 5.6.0 ...`,
  );
});

test("a chunk without a readable size ends the connection: nobody knows where it ends", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C-: BDAT x LAST\\r\\nQUIT\\r\\n
    S: 501 5.5.4 ...
    S: <CLOSED>`,
  );
});

test("too big is said at once, and what cannot be sat through ends the connection", async () => {
  const small = await startTestEngine({
    mailboxes: ["ann@posthorn.test"],
    settings: { limits: { ...engine.engine.ctx.settings.limits, maxMessageBytes: 100_000 } },
  });
  try {
    const script = `${OPEN}
    C-: BDAT 60000\\r\\n${"x".repeat(60_000)}
    S: 250 ...
    C-: BDAT 60000\\r\\n${"x".repeat(60_000)}
    S: 552 5.3.4 ...
    C: NOOP
    S: 250 ...
    C: MAIL FROM:<a@sender.example>
    S: 250 ...
    C: RCPT TO:<ann@posthorn.test>
    S: 250 ...
    C: BDAT 999999999999999 LAST
    S: 552 5.3.4 ...
    S: <CLOSED>`;
    await transcript(small.ports.smtp, script);
    const dotted = `${OPEN}
    C: DATA
    S: 354 ...
    C-: ${`${"x".repeat(98)}\\r\\n`.repeat(1_100)}.\\r\\n
    S: 552 5.3.4 ...
    C: MAIL FROM:<a@sender.example>
    S: 250 ...`;
    await transcript(small.ports.smtp, dotted);
  } finally {
    await small.stop();
  }
});
