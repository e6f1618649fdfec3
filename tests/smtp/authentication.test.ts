import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, test } from "node:test";
import { signMessage } from "../../engine/outbound/sign.ts";
import { bytesSource } from "../../lib/mail/byte-source.ts";
import { startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { eventsOf, lastMessage, messagesIn } from "./world.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = publicKey.export({ type: "spki", format: "der" }).toString("base64");

const engine = await startTestEngine({
  mailboxes: ["ann@posthorn.test"],
  zone: {
    "good.example": { TXT: ["v=spf1 ip4:127.0.0.1 -all"] },
    "_dmarc.good.example": { TXT: ["v=DMARC1; p=reject"] },
    "sel._domainkey.good.example": { TXT: [`v=DKIM1; k=rsa; p=${key}`] },
    "strict.example": { TXT: ["v=spf1 -all"] },
    "_dmarc.strict.example": { TXT: ["v=DMARC1; p=reject"] },
    "careful.example": { TXT: ["v=spf1 -all"] },
    "_dmarc.careful.example": { TXT: ["v=DMARC1; p=quarantine"] },
    "testing.example": { TXT: ["v=spf1 -all"] },
    "_dmarc.testing.example": { TXT: ["v=DMARC1; p=none"] },
    "1.0.0.127.in-addr.arpa": { PTR: ["out.good.example"] },
    "out.good.example": { A: ["127.0.0.1"] },
  },
});
after(() => engine.stop());

async function send(sender: string, message: string, answer: string): Promise<string[]> {
  const stuffed = message.replace(/^\./gm, "..").replaceAll("\r\n", "\n    C: ");
  return transcript(
    { port: engine.ports.smtp, timeoutMs: 20_000 },
    `
    S: 220 ...
    C: EHLO out.good.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<${sender}>
    S: 250 ...
    C: RCPT TO:<ann@posthorn.test>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: ${stuffed}
    C: .
    S: ${answer}`,
  );
}

const results = (message: string) =>
  (/^Authentication-Results: [^]*?\r\n(?![ \t])/m.exec(message)?.[0] ?? "").replace(
    /\r\n\s+/g,
    " ",
  );

test("SPF, DKIM, DMARC and reverse DNS that pass stand in one field", async () => {
  const message = "From: x@good.example\r\nSubject: signed\r\n\r\nhello";
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const signer = { selector: "sel", algorithm: "rsa-sha256" as const, privateKey: pem };
  const signatures = await signMessage(bytesSource(Buffer.from(`${message}\r\n`)), "good.example", {
    ...engine.engine.ctx.directory,
    dkimSigners: () => Promise.resolve([signer]),
  });
  await send("x@good.example", `${signatures}${message}`, "250 ...");
  const stored = await lastMessage(engine, "ann@posthorn.test");
  assert.equal(stored.match(/^Authentication-Results:/gm)?.length, 1);
  const field = results(stored);
  assert.match(field, /^Authentication-Results: mx\.posthorn\.test;/);
  for (const part of [
    /dkim=pass [^;]*header\.s=sel/,
    /spf=pass [^;]*smtp\.mailfrom=/,
    /dmarc=pass [^;]*header\.from=good\.example/,
    /iprev=pass \(out\.good\.example\) policy\.iprev=127\.0\.0\.1\r\n$/,
  ])
    assert.match(field, part);

  await send("other@strict.example", `${signatures}${message} changed`, "550 5.7.26 ...");
});

test("p=reject that fails is refused at the door, and the trace says why", async () => {
  const before = (await messagesIn(engine, "ann@posthorn.test")).length;
  await send("x@strict.example", "From: x@strict.example\r\n\r\nhello", "550 5.7.26 ...");
  assert.equal((await messagesIn(engine, "ann@posthorn.test")).length, before);
  const [refused] = await eventsOf(engine, "message.refused", "x@strict.example", "5.7.26");
  const words = JSON.stringify(refused?.detail);
  assert.match(words, /DMARC for strict\.example: fail, .*its policy is reject/);
  assert.match(words, /SPF for strict\.example: fail/);
});

test("p=quarantine that fails goes to Junk, p=none is only noted", async () => {
  const log = await send(
    "x@careful.example",
    "From: x@careful.example\r\nSubject: doubtful\r\n\r\nhello",
    "250 2.0.0 queued as ...",
  );
  assert.match(await lastMessage(engine, "ann@posthorn.test", "Junk"), /Subject: doubtful/);
  const trace = /queued as (\S+)/.exec(log.join("\n"))?.[1] ?? "";
  const [accepted] = await eventsOf(engine, "message.accepted", trace);
  assert.match(accepted?.text ?? "", /its policy is quarantine/);

  await send("x@testing.example", "From: x@testing.example\r\nSubject: noted\r\n\r\nx", "250 ...");
  const noted = await lastMessage(engine, "ann@posthorn.test");
  assert.match(noted, /Subject: noted/);
  assert.match(results(noted), /dmarc=fail/);
});

test("several authors' domains go to Junk: DMARC cannot judge them", async () => {
  await send(
    "x@good.example",
    "From: x@good.example, y@strict.example\r\nSubject: two\r\n\r\nhello",
    "250 ...",
  );
  assert.match(await lastMessage(engine, "ann@posthorn.test", "Junk"), /Subject: two/);
});

test("DNS that does not answer is temperror, never a refusal", async () => {
  for (const name of ["broken.example", "_dmarc.broken.example", "_dmarc.example"])
    engine.dns.failures.set(name, "servfail");
  await send("x@broken.example", "From: x@broken.example\r\nSubject: broken\r\n\r\nx", "250 ...");
  const stored = await lastMessage(engine, "ann@posthorn.test");
  assert.match(stored, /Subject: broken/);
  assert.match(results(stored), /spf=temperror/);
  assert.match(results(stored), /dmarc=temperror/);
});

test("a message without From, or without anything, does not make the checks fall over", async () => {
  for (const message of ["Subject: nobody\r\n\r\nx", "", "no header at all", "From: \r\n\r\n"])
    await send("x@good.example", message, "250 ...");
});

for (const local of [
  "a; dkim=pass",
  "a) ; dkim=pass header.d=bank.example (",
  "a\\\\; dkim=pass",
]) {
  test(`a sender called "${local}" writes no results`, async () => {
    await send(`"${local}"@good.example`, "From: x@good.example\r\n\r\nx", "250 ...");
    const stored = await lastMessage(engine, "ann@posthorn.test");
    assert.equal(stored.match(/^Authentication-Results:/gm)?.length, 1);
    assert.doesNotMatch(results(stored), /dkim=pass/);
    assert.match(results(stored), /smtp\.mailfrom=postmaster@good\.example/);
  });
}
