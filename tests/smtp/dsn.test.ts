import assert from "node:assert/strict";
import { after, test } from "node:test";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { lastMessage, messagesIn, plain, queueOf } from "./world.ts";

const engine = await startTestEngine({
  mailboxes: ["ann@posthorn.test", "bob@posthorn.test"],
  zone: { "known.example": { TXT: ["v=spf1 ip4:127.0.0.1 -all"] } },
});
after(() => engine.stop());

test("a sender of ours who asks hears that the message was delivered", async () => {
  await transcript(
    engine.ports.submission,
    `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: AUTH PLAIN ${plain("ann@posthorn.test", PASSWORD)}
    S: 235 ...
    C: MAIL FROM:<ann@posthorn.test> ENVID=Q+2B7
    S: 250 ...
    C: RCPT TO:<bob@posthorn.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob+2B1@posthorn.test
    S: 250 ...
    C: DATA
    S: 354 ...
    C: From: ann@posthorn.test
    C: Subject: tell me
    C:
    C: .
    S: 250 ...`,
  );
  const notice = await lastMessage(engine, "ann@posthorn.test");
  assert.match(notice, /^Return-Path: <>\r\n/);
  assert.match(notice, /^Original-Envelope-Id: Q\+7\r$/m);
  assert.match(notice, /^Original-Recipient: rfc822;bob\+1@posthorn\.test\r$/m);
  assert.match(notice, /^Action: delivered\r$/m);
  assert.match(notice, /^Status: 2\.1\.5\r$/m);
  assert.match(notice, /^Subject: tell me\r$/m);
});

const fromStranger = (sender: string, notify: string) => `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<${sender}>
    S: 250 ...
    C: RCPT TO:<bob@posthorn.test> NOTIFY=${notify}
    S: 250 ...
    C: DATA
    S: 354 ...
    C: From: ${sender}
    C:
    C: .
    S: 250 ...`;

test("a stranger hears of it when the sender is genuine, and never otherwise", async () => {
  await transcript(engine.ports.smtp, fromStranger("x@known.example", "SUCCESS"));
  assert.equal((await queueOf(engine)).at(-1)?.address, "x@known.example");
  await transcript(engine.ports.smtp, fromStranger("victim@unknown.example", "SUCCESS"));
  await transcript(engine.ports.smtp, fromStranger("y@known.example", "NEVER"));
  assert.equal((await queueOf(engine)).length, 1);
  assert.equal((await messagesIn(engine, "bob@posthorn.test")).length, 4);
});
