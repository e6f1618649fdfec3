import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { createTransport } from "nodemailer";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import { keysAreSeen } from "../support/signing.ts";
import { transcript } from "../support/transcript.ts";
import { eventsOf, lastMessage, plain, queueOf, queuedText } from "./world.ts";

const engine = await startTestEngine({
  mailboxes: ["ann@posthorn.test", "bob@posthorn.test", "eve@other.test"],
});
after(() => engine.stop());
const { submission, submissions } = engine.ports;

const open = (from: string, ...to: string[]) => `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: AUTH PLAIN ${plain("ann@posthorn.test", PASSWORD)}
    S: 235 ...
    C: MAIL FROM:${from}
    S: 250 ...
${to.map((address) => `    C: RCPT TO:${address}\n    S: 250 ...\n`).join("")}
    C: DATA
    S: 354 ...
`;

for (const [name, port, options] of [
  ["465", submissions, { secure: true }],
  ["587", submission, { requireTLS: true }],
] as const) {
  test(`nodemailer sends an attachment through ${name}`, async () => {
    const transport = createTransport({
      host: "127.0.0.1",
      port,
      ...options,
      tls: { rejectUnauthorized: false },
      auth: { user: "ann@posthorn.test", pass: PASSWORD },
    });
    const content = randomBytes(700_000);
    const info = await transport.sendMail({
      from: "Ann <ann@posthorn.test>",
      to: "bob@posthorn.test",
      subject: `over ${name}`,
      text: "héllo",
      attachments: [{ filename: "a.bin", content }],
    });
    transport.close();
    assert.match(info.response, /^250 2\.0\.0 queued as /);
    const message = await lastMessage(engine, "bob@posthorn.test");
    assert.match(message, /^Return-Path: <ann@posthorn\.test>\r\nReceived: from /);
    assert.match(message, /with ESMTPSA\s+\(TLSv1\.3\)\s+id /);
    assert.ok(message.replaceAll("\r\n", "").includes(content.toString("base64")));
  });
}

test("while no key is visible in DNS mail leaves unsigned, and the trace says so", async () => {
  const log = await transcript(
    submission,
    `${open("<ann@posthorn.test>", "<x@remote.example>")}
    C: From: ann@posthorn.test
    C:
    C: .
    S: 250 2.0.0 queued as ...`,
  );
  const trace = /queued as (\S+)/.exec(log.join("\n"))?.[1] ?? "";
  const [row] = (await queueOf(engine)).filter(({ traceId }) => traceId === trace);
  assert.doesNotMatch(await queuedText(engine, row?.blobId ?? 0), /dkim-signature/i);
  const [event] = await eventsOf(engine, "message.accepted", trace);
  assert.match(
    event?.text ?? "",
    /; unsigned: no signing key of posthorn\.test is visible in DNS$/,
  );
  assert.deepEqual(event?.detail?.["signers"], []);
});

test("what leaves is one queue entry, signed; local recipients get theirs at once", async () => {
  await keysAreSeen(engine.services.prisma, "posthorn.test");
  const log = await transcript(
    submission,
    `${open("<ann@posthorn.test> RET=HDRS ENVID=Q1", "<x@remote.example> NOTIFY=SUCCESS ORCPT=rfc822;x@remote.example", "<y@remote.example>", "<z@far.example>", "<bob@posthorn.test>")}
    C: From: ann@posthorn.test
    C: Bcc: secret@far.example,
    C:  more@far.example
    C: Subject: outward
    C:
    C: café
    C: .
    S: 250 2.0.0 queued as ...`,
  );
  const trace = /queued as (\S+)/.exec(log.join("\n"))?.[1] ?? "";
  const rows = (await queueOf(engine)).filter(({ traceId }) => traceId === trace);
  assert.deepEqual(
    rows.map(({ address, destination, notify, orcpt }) => [address, destination, notify, orcpt]),
    [
      ["x@remote.example", "remote.example", "SUCCESS", "rfc822;x@remote.example"],
      ["y@remote.example", "remote.example", null, null],
      ["z@far.example", "far.example", null, null],
    ],
  );
  const [first] = rows;
  assert.equal(first?.reversePath, "ann@posthorn.test");
  assert.deepEqual([first.ret, first.envid, first.eightBit], ["HDRS", "Q1", true]);

  const queued = await queuedText(engine, first.blobId);
  assert.match(queued, /^DKIM-Signature: [^]* d=posthorn\.test;/);
  assert.doesNotMatch(queued, /^(bcc|return-path):/im);
  assert.doesNotMatch(queued, /secret@far\.example/);
  assert.match(queued, /^Message-ID: <[\w-]+@posthorn\.test>\r$/m);
  assert.match(queued, /^Date: \w{3}, \d/m);
  const local = await lastMessage(engine, "bob@posthorn.test");
  assert.match(local, /^Return-Path: <ann@posthorn\.test>\r\nReceived: /);
  assert.doesNotMatch(local, /^(bcc|dkim-signature):/im);
  assert.equal((await eventsOf(engine, "message.queued", trace)).length, 3);
  const [accepted] = await eventsOf(engine, "message.accepted", trace);
  const names = [...queued.matchAll(/^ d=posthorn\.test; s=(\w+);/gm)].map(([, name]) => name);
  assert.deepEqual(accepted?.detail?.["signers"], names);
});

test("a Message-ID and a Date that are there stay", async () => {
  await transcript(
    submission,
    `${open("<ann@posthorn.test>", "<bob@posthorn.test>")}
    C: From: Ann <ann+news@posthorn.test>
    C: Date: Mon, 23 Nov 2026 10:00:00 +0000
    C: Message-ID: <mine@client.example>
    C:
    C: .
    S: 250 ...`,
  );
  const message = await lastMessage(engine, "bob@posthorn.test");
  assert.equal(message.match(/^message-id:/gim)?.length, 1);
  assert.equal(message.match(/^date:/gim)?.length, 1);
});

test("nobody writes in another's name: not in MAIL FROM", async () => {
  for (const address of ["bob@posthorn.test", "eve@other.test", "ann@elsewhere.example"]) {
    await transcript(
      submission,
      `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: AUTH PLAIN ${plain("ann@posthorn.test", PASSWORD)}
    S: 235 ...
    C: MAIL FROM:<${address}>
    S: 550 5.7.1 ...`,
    );
  }
});

const NOT_HERS = [
  ["From: bob@posthorn.test", "550 5.7.1"],
  ["From: ann@posthorn.test, bob@posthorn.test", "550 5.7.1"],
  ["From: Ann <bob@posthorn.test>", "550 5.7.1"],
  ['From: "ann@posthorn.test" <bob@posthorn.test>', "550 5.7.1"],
  ["From: bob@posthorn.test (ann@posthorn.test)", "550 5.7.1"],
  ["From: friends: bob@posthorn.test;", "550 5.7.1"],
  ["from:\n    C:  bob@posthorn.test", "550 5.7.1"],
  ["From: ann@posthorn.test\n    C: From: bob@posthorn.test", "550 5.6.0"],
  ["From: =?utf-8?q?<bob@posthorn.test>?= <ann@posthorn.test>", "550 5.7.1"],
  ["From: =?utf-8?q? bob@posthorn.test ?= <ann@posthorn.test>", "550 5.7.1"],
  ["From: bob@posthorn.test <ann@posthorn.test>", "550 5.7.1"],
  ["From: <ann@posthorn.test> bob@posthorn.test", "550 5.7.1"],
  ["From: (<bob@posthorn.test>) ann@posthorn.test", "550 5.7.1"],
  ['From: \\"<bob@posthorn.test>" <ann@posthorn.test>', "550 5.7.1"],
  ["From: bob@posthorn.test: ann@posthorn.test;", "550 5.7.1"],
  ["From: <ann@posthorn.test?.theirs.example>", "550 5.7.1"],
  ["From: <ann@posthorn%2etest>", "550 5.7.1"],
  ["From: ann@posthorn.test\n    C: Sender: bob@posthorn.test", "550 5.7.1"],
  [
    "From: ann@posthorn.test\n    C: Sender: x@y.example\n    C: Sender: bob@posthorn.test",
    "550 5.7.1",
  ],
  ["From: Ann", "550 5.6.0"],
  ["From:", "550 5.6.0"],
  ["To: bob@posthorn.test", "550 5.6.0"],
] as const;

for (const [header, answer] of NOT_HERS) {
  test(`${answer} for ${header.replaceAll("\n    C:", " ⏎")}`, async () => {
    await transcript(
      submission,
      `${open("<ann@posthorn.test>", "<bob@posthorn.test>")}
    C: ${header}
    C: Subject: not hers
    C:
    C: .
    S: ${answer} ...
    C: MAIL FROM:<ann@posthorn.test>
    S: 250 ...`,
    );
  });
}

const HERS = [
  'From: "bob@posthorn.test via list" <ann@posthorn.test>',
  "From: =?utf-8?q?Ann_@_home?= <ANN+news@Posthorn.TEST>",
  "From: ann@posthorn.test (Ann)\n    C: Sender: cron@machine.example",
  "From: Ann <ann@posthorn.test>\n    C: Sender: ann@posthorn.test",
];

for (const header of HERS) {
  test(`taken: ${header.replaceAll("\n    C:", " ⏎")}`, async () => {
    await transcript(
      submission,
      `${open("<ann@posthorn.test>", "<bob@posthorn.test>")}
    C: ${header}
    C: Subject: hers
    C:
    C: .
    S: 250 ...`,
    );
  });
}

test("the null sender may be used, a recipient without a whole domain may not", async () => {
  await transcript(
    submission,
    `${open("<>", "<bob@posthorn.test>")}
    C: From: ann@posthorn.test
    C:
    C: .
    S: 250 ...
    C: MAIL FROM:<ann@posthorn.test>
    S: 250 ...
    C: RCPT TO:<root@localhost>
    S: 553 5.1.3 ...`,
  );
});

test("REQUIRETLS goes with the message, and only from a session under TLS", async () => {
  await transcript(
    submission,
    `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: AUTH PLAIN ${plain("ann@posthorn.test", PASSWORD)}
    S: 235 ...
    C: MAIL FROM:<ann@posthorn.test> REQUIRETLS
    S: 555 5.5.4 ...`,
  );
  await transcript(
    { port: submissions, tls: true },
    `${open("<ann@posthorn.test> REQUIRETLS", "<tls@remote.example>")}
    C: From: ann@posthorn.test
    C:
    C: .
    S: 250 ...`,
  );
  assert.ok(
    (await queueOf(engine)).find(({ address }) => address === "tls@remote.example")?.requireTls,
  );
});
