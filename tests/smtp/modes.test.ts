/** What a domain is used for here decides whom we take mail for, and in whose name it leaves. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { NewAlias } from "../../lib/schemas/forms.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { createAlias } from "../../lib/service/aliases.ts";
import { setDomainMode } from "../../lib/service/domain-mode.ts";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import { eventually } from "../support/storage.ts";
import { transcript } from "../support/transcript.ts";
import { eventsOf, lastMessage, messagesIn, plain, queueOf } from "./world.ts";

const engine = await startTestEngine({
  mailboxes: ["ann@full.test", "rec@receive.test", "sam@send.test", "rea@reports.test"],
});
after(() => engine.stop());
const { smtp, submission } = engine.ports;
const { services } = engine;
const { directory } = engine.engine.ctx;

for (const mode of ["receive", "send", "reports"] as const) {
  const input = { domain: `${mode}.test`, mode, sure: false };
  assert.deepEqual(await setDomainMode(services, cliActor, input), { outcome: "done", mode });
}
for (const [domain, localPart, targets] of [
  ["full.test", "both", "ann@full.test sam@send.test"],
  ["receive.test", "away", "x@far.example"],
  ["send.test", "sales", "sam@send.test"],
] as const) {
  await createAlias(services, cliActor, NewAlias.parse({ domain, localPart, targets }));
}
await eventually(
  async () => (await directory.findDomain("reports.test"))?.mode === "reports",
  "modes count",
);

const OPEN = `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
`;
const signedIn = (address: string) => `${OPEN}
    C: AUTH PLAIN ${plain(address, PASSWORD)}
    S: 235 ...
`;

test("port 25 takes mail for domains that receive, and says of others of ours that it does not", async () => {
  await transcript(
    smtp,
    `${OPEN}
    C: MAIL FROM:<x@sender.example>
    S: 250 ...
    C: RCPT TO:<ann@full.test>
    S: 250 2.1.5 ...
    C: RCPT TO:<rec@receive.test>
    S: 250 2.1.5 ...
    C: RCPT TO:<sam@send.test>
    S: 550 5.1.2 Mail for this domain is not received here
    C: RCPT TO:<nobody@send.test>
    S: 550 5.1.2 ...
    C: RCPT TO:<rea@reports.test>
    S: 550 5.1.2 ...
    C: RCPT TO:<x@far.example>
    S: 550 5.7.1 ...`,
  );
  const [refused] = await eventsOf(engine, "recipient.refused", "sam@send.test");
  assert.equal(refused?.enhanced, "5.1.2");
});

test("a domain that only receives submits nothing, in the envelope or in From; its aliases still forward", async () => {
  await transcript(
    submission,
    `${signedIn("rec@receive.test")}
    C: MAIL FROM:<rec@receive.test>
    S: 550 5.7.1 receive.test does not send mail from here
    C: MAIL FROM:<>
    S: 250 ...
    C: RCPT TO:<x@far.example>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: From: rec@receive.test
    C:
    C: hello
    C: .
    S: 550 5.7.1 receive.test does not send mail from here`,
  );
  await transcript(
    smtp,
    `${OPEN}
    C: MAIL FROM:<x@sender.example>
    S: 250 ...
    C: RCPT TO:<away@receive.test>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: From: x@sender.example
    C:
    C: hello
    C: .
    S: 250 ...`,
  );
  const [forwarded] = (await queueOf(engine)).filter(({ address }) => address === "x@far.example");
  assert.match(forwarded?.reversePath ?? "", /^SRS0=.*@receive\.test$/);
});

test("a domain that is only watched submits nothing either", async () => {
  await transcript(
    submission,
    `${signedIn("rea@reports.test")}
    C: MAIL FROM:<rea@reports.test>
    S: 550 5.7.1 reports.test does not send mail from here`,
  );
});

test("a domain that only sends submits, also by an alias; mail to it leaves by MX and is not stored", async () => {
  await transcript(
    submission,
    `${signedIn("sam@send.test")}
    C: MAIL FROM:<sales@send.test>
    S: 250 ...
    C: RCPT TO:<sam@send.test>
    S: 250 ...
    C: RCPT TO:<ann@full.test>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: From: sales@send.test
    C: Subject: from the sender
    C:
    C: hello
    C: .
    S: 250 ...
    C: MAIL FROM:<ann@full.test>
    S: 550 5.7.1 This sender address is not yours`,
  );
  assert.match(await lastMessage(engine, "ann@full.test"), /from the sender/);
  assert.deepEqual(await messagesIn(engine, "sam@send.test"), []);
  const [queued] = (await queueOf(engine)).filter(({ address }) => address === "sam@send.test");
  assert.equal(queued?.destination, "send.test");
});

test("an alias of ours that leads to a domain that only sends leads elsewhere", async () => {
  const domain = await directory.findReceiving("full.test");
  const found = domain && (await directory.resolve(domain, "both"));
  assert.deepEqual(
    found?.mailboxes.map(({ address }) => address),
    ["ann@full.test"],
  );
  assert.deepEqual(found?.forwards, [{ local: "sam", domain: "send.test" }]);
});

test("a mode that is changed back counts at once, and nothing was lost", async () => {
  const input = { domain: "reports.test", mode: "full", sure: false } as const;
  await setDomainMode(services, cliActor, input);
  await eventually(
    async () => (await directory.findDomain("reports.test"))?.mode === "full",
    "it counts",
  );
  await transcript(
    smtp,
    `${OPEN}
    C: MAIL FROM:<x@sender.example>
    S: 250 ...
    C: RCPT TO:<rea@reports.test>
    S: 250 2.1.5 ...`,
  );
});
