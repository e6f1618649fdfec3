import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, test } from "node:test";
import { startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { eventsOf } from "./world.ts";

const engine = await startTestEngine({
  mailboxes: [
    "ann@posthorn.test",
    "small@posthorn.test",
    "few@posthorn.test",
    "gone@posthorn.test",
    "ünal@posthorn.test",
  ],
});
after(() => engine.stop());
const { smtp } = engine.ports;
const { pool } = engine.engine.storage;
await pool.query("update mailbox set quota_bytes = 1000 where local_part = 'small'");
await pool.query("update mailbox set suspended_at = now() where local_part = 'gone'");

const OPEN = `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
`;

test("a stranger reaches our users, and nobody else through us", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C: RCPT TO:<ann@posthorn.test>
    S: 503 5.5.1 ...
    C: MAIL FROM:<relay-test@sender.example>
    S: 250 2.1.0 ...
    C: RCPT TO:<ann@posthorn.test>
    S: 250 2.1.5 ...
    C: RCPT TO:<Ann+Tag@POSTHORN.TEST>
    S: 250 2.1.5 ...
    C: RCPT TO:<@relay.example:ann@posthorn.test>
    S: 250 2.1.5 ...
    C: RCPT TO:<nobody@posthorn.test>
    S: 550 5.1.1 ...
    C: RCPT TO:<someone@elsewhere.example>
    S: 550 5.7.1 ...
    C: RCPT TO:<"someone@elsewhere.example"@posthorn.test>
    S: 550 5.1.1 ...
    C: RCPT TO:<someone%elsewhere.example@posthorn.test>
    S: 550 5.1.1 ...
    C: RCPT TO:<@posthorn.test:someone@elsewhere.example>
    S: 550 5.7.1 ...
    C: RCPT TO:<someone@[127.0.0.1]>
    S: 550 5.7.1 ...
    C: RCPT TO:<someone@localhost>
    S: 550 5.7.1 ...
    C: RCPT TO:<gone@posthorn.test>
    S: 550 5.2.1 ...
    C: RCPT TO:<ann@posthorn.test> FOO=1
    S: 555 5.5.4 ...`,
  );
  const [refused] = await eventsOf(engine, "recipient.refused", "someone@elsewhere.example");
  assert.equal(refused?.text, "Relaying denied");
  assert.equal(refused?.sender, "relay-test@sender.example");
});

test("a bare Postmaster is the domain's, and nobody where there is none", async () => {
  const script = (answer: string) => `${OPEN}
    C: MAIL FROM:<>
    S: 250 ...
    C: RCPT TO:<Postmaster>
    S: ${answer} ...`;
  await transcript(smtp, script("250 2.1.5"));
  const empty = await startTestEngine();
  await transcript(empty.ports.smtp, script("550 5.1.1")).finally(() => empty.stop());
});

test("size is looked at before a byte has come", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C: MAIL FROM:<a@sender.example> SIZE=99999999999999999999
    S: 552 5.3.4 ...
    C: MAIL FROM:<a@sender.example> SIZE=52428801
    S: 552 5.3.4 ...
    C: MAIL FROM:<a@sender.example> SIZE=2000
    S: 250 ...
    C: RCPT TO:<small@posthorn.test>
    S: 452 4.2.2 ...
    C: RCPT TO:<ann@posthorn.test>
    S: 250 ...
    C: RSET
    S: 250 ...
    C: MAIL FROM:<a@sender.example> SIZE=500
    S: 250 ...
    C: RCPT TO:<small@posthorn.test>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: Subject: ${"x".repeat(900)}
    C:
    C: ${"y".repeat(900)}
    C: .
    S: 452 4.2.2 ...`,
  );
});

test("whose octets are used up is refused although no SIZE was said", async () => {
  await pool.query("update mailbox set quota_bytes = 0 where local_part = 'small'");
  await transcript(
    smtp,
    `${OPEN}
    C: MAIL FROM:<a@sender.example>
    S: 250 ...
    C: RCPT TO:<small@posthorn.test>
    S: 452 4.2.2 Mailbox full`,
  );
});

test("a mailbox takes as many messages as it may keep, and the group that it is in waits with it", async () => {
  await pool.query("update mailbox set quota_messages = 2 where local_part = 'few'");
  const domain = await engine.services.prisma.domain.findFirstOrThrow();
  await engine.services.prisma.alias.create({
    data: {
      ...{ domainId: domain.id, localPart: "both" },
      targets: ["ann@posthorn.test", "few@posthorn.test"],
    },
  });
  const to = (client: string, name: string) => `
    C${client}: MAIL FROM:<a@sender.example>
    S${client}: 250 ...
    C${client}: RCPT TO:<${name}@posthorn.test>
    S${client}: 250 ...
    C${client}: DATA
    S${client}: 354 ...
    C${client}: Subject: one more
    C${client}:
    C${client}: .`;
  await transcript(
    smtp,
    `${OPEN}${OPEN.replaceAll(/(S|C):/g, "$12:")}
    ${to("", "both")}
    S: 250 ...
    C2: MAIL FROM:<b@sender.example>
    S2: 250 ...
    C2: RCPT TO:<few@posthorn.test>
    S2: 250 ...
    ${to("", "few")}
    S: 250 ...
    C2: DATA
    S2: 354 ...
    C2: Subject: there was room when it was asked
    C2:
    C2: .
    S2: 452 4.2.2 Mailbox full: the number of its messages is at the limit
    C: MAIL FROM:<a@sender.example>
    S: 250 ...
    C: RCPT TO:<few@posthorn.test>
    S: 452 4.2.2 Mailbox full: the number of its messages is at the limit
    C: RCPT TO:<both@posthorn.test>
    S: 452 4.2.2 ...
    C: RCPT TO:<ann@posthorn.test>
    S: 250 ...`,
  );
  const few = await engine.mailboxId("few@posthorn.test");
  assert.equal((await engine.engine.ctx.store.quota(few)).usedMessages, 2);
});

test("an address in UTF-8 needs SMTPUTF8", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C: MAIL FROM:<jürgen@sender.example>
    S: 553 5.6.7 ...
    C: MAIL FROM:<a@sender.example>
    S: 250 ...
    C: RCPT TO:<ünal@posthorn.test>
    S: 553 5.6.7 ...
    C: RSET
    S: 250 ...
    C: MAIL FROM:<jürgen@bücher.example> SMTPUTF8
    S: 250 ...
    C: RCPT TO:<ünal@posthorn.test>
    S: 250 ...`,
  );
});

test("an address harvest is cut off", async () => {
  const lines = Array.from(
    { length: 100 },
    (_, i) => `    C: RCPT TO:<u${i}@posthorn.test>\n    S: 550 5.1.1 ...\n`,
  );
  await transcript(
    smtp,
    `${OPEN}
    C: MAIL FROM:<harvest@sender.example>
    S: 250 ...
${lines.join("")}
    C: RCPT TO:<more@posthorn.test>
    S: 421 4.7.0 ...
    S: <CLOSED>`,
  );
});

test("ten thousand recipients: a thousand are taken, the rest told to come later", async () => {
  const before = process.memoryUsage().heapUsed;
  const socket = connect(smtp, "127.0.0.1");
  const counts = new Map<string, number>();
  let text = "";
  const done = new Promise<void>((resolve, reject) => {
    socket.on("error", reject).on("close", () => resolve());
    socket.on("data", (chunk: Buffer) => {
      const lines = (text + chunk.toString("latin1")).split("\r\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const key = line.slice(0, 9);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    });
  });
  const rcpts = Array.from({ length: 10_000 }, (_, i) => `RCPT TO:<ann+${i}@posthorn.test>\r\n`);
  socket.write(await greeted(`EHLO c.example\r\nMAIL FROM:<many@sender.example>\r\n`));
  socket.write(`${rcpts.join("")}QUIT\r\n`);
  await done;
  assert.equal(counts.get("250 2.1.5"), 1000);
  assert.equal(counts.get("452 4.5.3"), 9000);
  assert.equal(counts.get("221 2.0.0"), 1);
  assert.ok(process.memoryUsage().heapUsed - before < 60e6);
  assert.equal((await eventsOf(engine, "recipient.refused", "many@sender.example")).length, 1);

  async function greeted(first: string): Promise<string> {
    while (!counts.has("220 mx.po")) await new Promise((resolve) => setTimeout(resolve, 10));
    return first;
  }
});
