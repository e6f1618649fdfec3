import assert from "node:assert/strict";
import { after, test } from "node:test";
import { NewAlias } from "../../lib/schemas/forms.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { createAlias } from "../../lib/service/aliases.ts";
import { startTestEngine } from "../support/engine.ts";
import { keysAreSeen } from "../support/signing.ts";
import { transcript } from "../support/transcript.ts";
import { lastMessage, messagesIn, queueOf, queuedText } from "./world.ts";

const engine = await startTestEngine({ mailboxes: ["ann@posthorn.test", "bob@posthorn.test"] });
after(() => engine.stop());
await keysAreSeen(engine.services.prisma, "posthorn.test");
const { smtp } = engine.ports;

for (const [localPart, targets] of [
  ["away", "ann@far.example"],
  ["both", "ann@posthorn.test, ann@far.example"],
  ["team", "ann@posthorn.test, bob@posthorn.test"],
] as const) {
  const input = NewAlias.parse({ domain: "posthorn.test", localPart, targets });
  await createAlias(engine.services, cliActor, input);
}

const send = (sender: string, ...recipients: string[]) => dialogue({ sender, recipients });

interface Dialogue {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly from?: string;
  readonly answer?: string;
}

const dialogue = ({ sender, recipients, from = "x@sender.example", answer = "250" }: Dialogue) => `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<${sender}>
    S: 250 ...
${recipients.map((to) => `    C: RCPT TO:<${to}>\n    S: 250 ...\n`).join("")}
    C: DATA
    S: 354 ...
    C: From: ${from}
    C: Subject: to ${recipients.join(" ")}
    C:
    C: hello
    C: .
    S: ${answer} ...
`;

test("a group delivers to each member once, whichever addresses lead there", async () => {
  await transcript(smtp, send("x@sender.example", "team@posthorn.test", "ann@posthorn.test"));
  for (const member of ["ann@posthorn.test", "bob@posthorn.test"]) {
    assert.equal((await messagesIn(engine, member)).length, 1, member);
  }
});

test("what goes on to elsewhere leaves under a name of ours, sealed, without Return-Path", async () => {
  await transcript(smtp, send("x@sender.example", "away@posthorn.test"));
  const row = (await queueOf(engine)).at(-1);
  assert.equal(row?.address, "ann@far.example");
  assert.match(row.reversePath, /^SRS0=\w{10}=\w\w=sender\.example=x@posthorn\.test$/);
  const text = await queuedText(engine, row.blobId);
  assert.match(
    text,
    /^ARC-Seal: i=1;[^]*\r\nARC-Message-Signature: [^]*\r\nARC-Authentication-Results: /,
  );
  assert.doesNotMatch(text, /^Return-Path:/m);
  assert.match(text, /^Authentication-Results: mx\.posthorn\.test;/m);
});

test("here and elsewhere at once: the copy that stays has Return-Path, the one that leaves has the seal", async () => {
  await transcript(smtp, send("x@sender.example", "both@posthorn.test"));
  const row = (await queueOf(engine)).at(-1);
  assert.match(await queuedText(engine, row?.blobId ?? 0), /^ARC-Seal: /);
  const kept = await lastMessage(engine, "ann@posthorn.test");
  assert.match(kept, /^Return-Path: <x@sender\.example>\r\n/);
  assert.doesNotMatch(kept, /^ARC-/m);
});

test("a bounce finds its way back, forged and foreign ones do not", async () => {
  await transcript(smtp, send("Back@sender.example", "away@posthorn.test"));
  const rewritten = (await queueOf(engine)).at(-1)?.reversePath ?? "";
  await transcript(smtp, send("", rewritten.toLowerCase()));
  const bounce = (await queueOf(engine)).at(-1);
  assert.deepEqual([bounce?.reversePath, bounce?.address], ["", "back@sender.example"]);

  const forged = rewritten.replace("sender.example", "victim.example");
  await transcript(
    smtp,
    `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<>
    S: 250 ...
    C: RCPT TO:<${forged}>
    S: 550 5.1.1 ...
    C: RSET
    S: 250 ...
    C: MAIL FROM:<spam@sender.example>
    S: 250 ...
    C: RCPT TO:<${rewritten}>
    S: 550 5.1.1 ...`,
  );
});

test("the null sender stays null", async () => {
  await transcript(smtp, send("", "away@posthorn.test"));
  assert.equal((await queueOf(engine)).at(-1)?.reversePath, "");
});

test("nobody gets a pass for our own name by being forwarded", async () => {
  const recipients = ["away@posthorn.test"];
  const before = (await queueOf(engine)).length;
  for (const from of ["ann@posthorn.test", "x@sender.example, ann@posthorn.test", "nobody"])
    for (const sender of ["ann@posthorn.test", "x@sender.example", ""])
      await transcript(smtp, dialogue({ sender, recipients, from, answer: "550 5.7.1" }));
  assert.equal((await queueOf(engine)).length, before);
});

test("what our own domain vouches for is forwarded", async () => {
  engine.dns.zone["posthorn.test"] = { TXT: ["v=spf1 ip4:127.0.0.1 -all"] };
  const from = "ann@posthorn.test";
  await transcript(smtp, dialogue({ sender: from, recipients: ["away@posthorn.test"], from }));
  assert.match((await queueOf(engine)).at(-1)?.reversePath ?? "", /^SRS0=/);
  delete engine.dns.zone["posthorn.test"];
});

test("what has come by here often enough goes round no more", async () => {
  const hop =
    "Received: from x (x [192.0.2.1])\n    C:  by MX.posthorn.test with ESMTP id 1; Mon, 23 Nov 2026 10:00:00 +0000";
  for (const [hops, answer] of [
    [4, "250"],
    [6, "554 5.4.6"],
  ] as const) {
    const from = `x@sender.example\n    C: ${Array.from({ length: hops }, () => hop).join("\n    C: ")}`;
    await transcript(
      smtp,
      dialogue({ sender: "x@sender.example", recipients: ["away@posthorn.test"], from, answer }),
    );
  }
});
