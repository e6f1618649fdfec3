import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import * as account from "../../lib/service/account.ts";
import { cliActor } from "../../lib/service/actor.ts";
import * as mailboxes from "../../lib/service/mailboxes.ts";
import * as setup from "../../lib/service/setup.ts";
import * as signing from "../../lib/service/sign-in.ts";
import { newDomain, newMailbox, PASSWORD, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const visitor = (remoteIp = "192.0.2.1") => ({ remoteIp, userAgent: "test" });
const operator = {
  name: "Mei",
  email: "Mei@people.example",
  password: PASSWORD,
  language: "en" as const,
};

async function enter(address: string, password: string, ip?: string) {
  const result = await signing.signIn(ctx, { address, password }, visitor(ip));
  assert.equal(result.outcome, "done");
  const id = result.outcome === "done" ? result.sessionId : "";
  const me = await signing.resolveSession(ctx, id, null);
  assert.ok(me);
  return me;
}

test("set-up: only with the token, only once, also when two race", async () => {
  assert.equal(await setup.needsSetUp(ctx), true);
  const old = await setup.issueSetUpToken(ctx);
  const token = await setup.issueSetUpToken(ctx);
  assert.ok(token && old);
  assert.equal(await setup.isSetUpToken(ctx, old), false, "an older token stops counting");
  assert.equal(await setup.setUp(ctx, { ...operator, token: "guess" }, null), "badToken");
  const race = await Promise.all([
    setup.setUp(ctx, { ...operator, token }, null),
    setup.setUp(ctx, { ...operator, email: "eve@people.example", token }, null),
  ]);
  assert.deepEqual(race.filter((outcome) => outcome === "done").length, 1);
  assert.equal(await ctx.prisma.user.count(), 1);
  assert.equal(await setup.setUp(ctx, { ...operator, token }, null), "alreadyDone");
  assert.equal(await setup.issueSetUpToken(ctx), null);
});

test("a further operator: by an operator, never with a taken address", async () => {
  const second = { ...operator, email: "second@people.example" };
  assert.equal(await setup.createOperator(ctx, cliActor, second), "done");
  assert.equal(await setup.createOperator(ctx, cliActor, second), "taken");
  const nobody = { ...cliActor, grants: [] };
  assert.equal(await setup.createOperator(ctx, nobody, operator), "notAllowed");
});

test("a password changed while the old one was verified lets nobody in", async () => {
  await setup.createOperator(ctx, cliActor, { ...operator, email: "raced@people.example" });
  let entering: ReturnType<typeof signing.signIn> | undefined;
  await ctx.prisma.$transaction(async (tx) => {
    await tx.user.update({
      where: { email: "raced@people.example" },
      data: { passwordHash: "changed" },
    });
    // It reads the old hash, finds it right, and then waits for us.
    const input = { address: "raced@people.example", password: PASSWORD };
    entering = signing.signIn(ctx, input, visitor("192.0.2.77"));
    await delay(500);
  });
  assert.equal((await entering)?.outcome, "refused");
});

test("unknown, wrong and disabled are refused alike; the address is compared without case", async () => {
  const me = await enter("SECOND@People.example", PASSWORD);
  assert.deepEqual(me.actor.grants, [{ role: "operator", domainId: null }]);
  await ctx.prisma.user.create({
    data: { email: "off@people.example", name: "", passwordHash: "-", disabledAt: new Date() },
  });
  for (const [address, password] of [
    ["second@people.example", "wrong"],
    ["nobody@people.example", PASSWORD],
    ["off@people.example", PASSWORD],
    ["not an address", PASSWORD],
    ["", ""],
  ] as const) {
    const result = await signing.signIn(ctx, { address, password }, visitor("198.51.100.9"));
    assert.deepEqual(result, { outcome: "refused" }, address);
  }
});

test("a mailbox signs in with its address, also with a tag; suspended it does not", async () => {
  await newDomain(runtime, "here.example");
  const mailboxId = await newMailbox(runtime, "anna", "here.example");
  const me = await enter("Anna+phone@HERE.example", PASSWORD);
  assert.equal(me.actor.mailbox?.id, mailboxId);
  assert.deepEqual(me.actor.grants, []);
  await mailboxes.suspendMailbox(ctx, cliActor, { mailboxId });
  assert.equal(await signing.resolveSession(ctx, me.session.id, null), null, "open sessions end");
  const again = { address: "anna@here.example", password: PASSWORD };
  assert.equal((await signing.signIn(ctx, again, visitor())).outcome, "refused");
});

test("after five failures from one network the sixth must wait, and says how long", async () => {
  const guess = { address: "second@people.example", password: "guess" };
  for (let i = 0; i < 5; i++) await signing.signIn(ctx, guess, visitor("203.0.113.5"));
  const right = { ...guess, password: PASSWORD };
  const wait = await signing.signIn(ctx, right, visitor("203.0.113.77"));
  assert.ok(wait.outcome === "wait" && wait.seconds > 0);
  assert.equal((await signing.signIn(ctx, right, visitor("192.0.2.1"))).outcome, "done");
});

test("tags, case and haste are no way around the wait", async () => {
  await newMailbox(runtime, "carl", "here.example");
  const guesses = ["carl+1", "CARL", "carl+2", "Carl+3", "carl", "carl+x", "carl+y", "carl+z"];
  const results = await Promise.all(
    guesses.map((local) => {
      const guess = { address: `${local}@Here.example`, password: "guess" };
      return signing.signIn(ctx, guess, visitor("203.0.113.40"));
    }),
  );
  const heard = results.filter(({ outcome }) => outcome === "refused");
  assert.equal(heard.length, 5, "the others were not even tried");
  const right = { address: "carl@here.example", password: PASSWORD };
  assert.equal((await signing.signIn(ctx, right, visitor("203.0.113.40"))).outcome, "wait");
});

test("who tries everybody from one network must wait as well", async () => {
  const results = await Promise.all(
    Array.from({ length: 110 }, (_, i) => {
      const guess = { address: `nobody${i}@here.example`, password: "guess" };
      return signing.signIn(ctx, guess, visitor("203.0.114.1"));
    }),
  );
  assert.equal(results.filter(({ outcome }) => outcome === "refused").length, 100);
});

test("signing out ends that session; a stranger ends none", async () => {
  const [a, b] = [
    await enter("second@people.example", PASSWORD),
    await enter("second@people.example", PASSWORD),
  ];
  const anna = await newMailbox(runtime, "berta", "here.example");
  const berta = await enter("berta@here.example", PASSWORD);
  assert.equal(berta.actor.id, anna);
  assert.equal(await signing.endSession(ctx, berta, a.session.id), "notFound");
  assert.equal(await signing.endSession(ctx, a, b.session.id), "done");
  assert.equal(await signing.resolveSession(ctx, b.session.id, null), null);
  await signing.signOut(ctx, a);
  assert.equal(await signing.resolveSession(ctx, a.session.id, null), null);
});

test("an expired session and a made-up id are nobody", async () => {
  const me = await enter("second@people.example", PASSWORD);
  await ctx.prisma.session.update({
    where: { id: me.session.id },
    data: { expiresAt: new Date(0) },
  });
  assert.equal(await signing.resolveSession(ctx, me.session.id, null), null);
  const madeUp = "00000000-0000-7000-8000-000000000000";
  assert.equal(await signing.resolveSession(ctx, madeUp, null), null);
});

test("changing the password asks for the present one and ends the other sessions", async () => {
  const other = await enter("second@people.example", PASSWORD);
  const me = await enter("second@people.example", PASSWORD);
  const password = "another long sentence";
  const wrong = await account.changeOwnPassword(ctx, me, { current: "no", password });
  assert.deepEqual(wrong, { outcome: "wrongPassword" });
  const weak = await account.changeOwnPassword(ctx, me, {
    current: PASSWORD,
    password: "1111111111",
  });
  assert.deepEqual(weak, { outcome: "badPassword", problem: "tooCommon" });
  const done = await account.changeOwnPassword(ctx, me, { current: PASSWORD, password });
  assert.deepEqual(done, { outcome: "done" });
  assert.equal(await signing.resolveSession(ctx, other.session.id, null), null);
  assert.ok(await signing.resolveSession(ctx, me.session.id, null));
});

test("an open session is no licence to find out the password", async () => {
  await newMailbox(runtime, "hugo", "here.example");
  const me = await enter("hugo@here.example", PASSWORD);
  const change = (current: string) =>
    account.changeOwnPassword(ctx, me, { current, password: "another long sentence" });
  const guesses = await Promise.all(Array.from({ length: 8 }, (_, i) => change(`guess ${i}`)));
  assert.equal(guesses.filter(({ outcome }) => outcome === "wrongPassword").length, 5);
  assert.equal((await change(PASSWORD)).outcome, "wait");
});

test("of a domain that is switched off nobody signs in to the console, and who was in is out", async () => {
  const domainId = await newDomain(runtime, "switched.example");
  await newMailbox(runtime, "ida", "switched.example");
  const me = await enter("ida@switched.example", PASSWORD, "198.51.100.9");
  const switchTo = (disabledAt: Date | null) =>
    ctx.prisma.domain.update({ where: { id: domainId }, data: { disabledAt } });
  await switchTo(new Date());
  assert.equal(await signing.resolveSession(ctx, me.session.id, null), null);
  const again = { address: "ida@switched.example", password: PASSWORD };
  assert.deepEqual(await signing.signIn(ctx, again, visitor("198.51.100.9")), {
    outcome: "refused",
  });
  await switchTo(null);
  assert.ok(await signing.resolveSession(ctx, me.session.id, null));
});
