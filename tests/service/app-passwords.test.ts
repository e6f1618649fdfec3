import assert from "node:assert/strict";
import { test } from "node:test";
import { cliActor, type Actor } from "../../lib/service/actor.ts";
import * as service from "../../lib/service/app-passwords.ts";
import * as links from "../../lib/service/device-links.ts";
import * as mailboxes from "../../lib/service/mailboxes.ts";
import { resolveSession, signIn, type SignedIn } from "../../lib/service/sign-in.ts";
import { NewAppPassword } from "../../lib/schemas/clients.ts";
import { newDomain, newMailbox, PASSWORD, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const here = await newDomain(runtime, "here.example");
const there = await newDomain(runtime, "there.example");
const ann = await newMailbox(runtime, "ann", "here.example");
const bob = await newMailbox(runtime, "bob", "here.example");
const operator = await person(runtime, "operator");
const mei = await person(runtime, "domain_admin", here); // looks after this domain
const tom = await person(runtime, "domain_admin", there); // and another one
const auditor = await person(runtime, "auditor", here);

const VISITOR = { remoteIp: "192.0.2.1", userAgent: "test" };

/** Signed in to the console, as a browser is. */
async function browserOf(address: string, password = PASSWORD): Promise<SignedIn> {
  const result = await signIn(ctx, { address, password }, VISITOR);
  assert.ok(result.outcome === "done", result.outcome);
  return (await resolveSession(ctx, result.sessionId, VISITOR.remoteIp)) ?? assert.fail();
}
const annHere = await browserOf("ann@here.example");
const bobHere = await browserOf("bob@here.example");

const phone = NewAppPassword.parse({
  name: " Anna’s phone ",
  imap: "on",
  smtp: "on",
  lifetime: "90",
});

async function made(actor: Actor = cliActor, mailboxId = ann, input = phone) {
  const result = await service.createAppPassword(ctx, actor, { ...input, mailboxId });
  assert.ok(result.outcome === "done", result.outcome);
  return result;
}
const audited = (action: string) => ctx.prisma.auditEntry.count({ where: { action } });

test("a mailbox that knows its password makes one; it is answered once, and kept as a hash alone", async () => {
  const result = await service.createOwnAppPassword(ctx, annHere, { ...phone, current: PASSWORD });
  assert.ok(result.outcome === "done");
  assert.match(result.password, /^[0-9a-hjkmnp-tv-z]{28}$/);
  const list = await service.listAppPasswords(ctx, annHere.actor, ann);
  assert.deepEqual(
    list?.rows.map(({ name, protocols }) => [name, ...protocols]),
    [["Anna’s phone", "imap", "smtp"]],
  );
  const days = ((list?.rows[0]?.expiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
  assert.ok(days > 89.9 && days <= 90);
  assert.equal(await audited("appPassword.create"), 1);
  const rows = await ctx.prisma.$queryRawUnsafe<object[]>(
    "select to_jsonb(p) || jsonb_build_object('audit', (select jsonb_agg(a) from audit_entry a)) as row from app_password p",
  );
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(result.password));
  assert.doesNotMatch(JSON.stringify(list), /lookup/);
});

test("an open browser that does not know the password makes none, and guessing is slowed down", async () => {
  const guess = () => service.createOwnAppPassword(ctx, bobHere, { ...phone, current: "guess" });
  for (let i = 0; i < 5; i++) assert.deepEqual(await guess(), { outcome: "wrongPassword" });
  assert.equal((await guess()).outcome, "wait");
  assert.equal((await service.listAppPasswords(ctx, bobHere.actor, bob))?.rows.length, 0);
});

test("nobody makes one for another's mailbox: admins see and revoke, they never hold one", async () => {
  for (const actor of [mei, tom, auditor, bobHere.actor])
    assert.deepEqual(await service.createAppPassword(ctx, actor, { ...phone, mailboxId: ann }), {
      outcome: "notFound",
    });
  const gone = { ...phone, mailboxId: "0199a000-0000-7000-8000-000000000001" };
  assert.deepEqual(await service.createAppPassword(ctx, cliActor, gone), { outcome: "notFound" });
});

test("who may list: the mailbox, its admins and auditors; strangers and other mailboxes get nothing", async () => {
  for (const [actor, mayCreate, mayRevoke] of [
    [annHere.actor, true, true],
    [mei, false, true],
    [operator, true, true],
    [auditor, false, false],
  ] as const) {
    const list = await service.listAppPasswords(ctx, actor, ann);
    assert.deepEqual([list?.mayCreate, list?.mayRevoke], [mayCreate, mayRevoke], actor.name);
  }
  for (const actor of [tom, bobHere.actor])
    assert.equal(await service.listAppPasswords(ctx, actor, ann), null);
});

test("who may revoke: the mailbox and its admins; for others there is nothing to revoke", async () => {
  const { appPasswordId } = await made();
  for (const actor of [tom, auditor, bobHere.actor])
    assert.equal(await service.revokeAppPassword(ctx, actor, { appPasswordId }), "notFound");
  assert.equal(
    (await ctx.prisma.appPassword.findUniqueOrThrow({ where: { id: appPasswordId } })).revokedAt,
    null,
  );
  const before = await audited("appPassword.revoke");
  assert.equal(await service.revokeAppPassword(ctx, mei, { appPasswordId }), "done");
  assert.equal(
    await service.revokeAppPassword(ctx, mei, { appPasswordId }),
    "done",
    "twice is once",
  );
  assert.equal(await audited("appPassword.revoke"), before + 1);
  const own = await made();
  assert.equal(await service.revokeAppPassword(ctx, annHere.actor, own), "done");
  const jobs = await ctx.prisma.job.count({ where: { kind: "app-password.drop-sessions.v1" } });
  assert.equal(jobs, 2, "its sessions are ended, once each");
});

test("a new main password leaves app passwords as they are, and is not signed in with one", async () => {
  const { password } = await made();
  const mailboxId = await newMailbox(runtime, "carl", "here.example");
  const own = await made(cliActor, mailboxId);
  await mailboxes.setMailboxPassword(ctx, mei, { mailboxId, password: "another long sentence" });
  assert.equal((await service.listAppPasswords(ctx, mei, mailboxId))?.rows.length, 1);
  for (const [address, wrong] of [
    ["carl@here.example", own.password],
    ["ann@here.example", password],
  ] as const)
    assert.equal((await signIn(ctx, { address, password: wrong }, VISITOR)).outcome, "refused");
});

test("there is an end to how many a mailbox has", async () => {
  const mailboxId = await newMailbox(runtime, "many", "here.example");
  const all = Array.from({ length: service.MAX_APP_PASSWORDS + 3 }, () =>
    service.createAppPassword(ctx, cliActor, { ...phone, mailboxId }),
  );
  const outcomes = (await Promise.all(all)).map(({ outcome }) => outcome);
  assert.equal(outcomes.filter((o) => o === "done").length, service.MAX_APP_PASSWORDS);
  assert.equal(outcomes.filter((o) => o === "tooMany").length, 3);
});

test("the form: a name of one line, at least one protocol, a lifetime from the list", () => {
  const parse = (fields: object) => NewAppPassword.safeParse(fields);
  assert.equal(parse({ name: "x" }).error?.issues[0]?.message, "clients.error.protocols");
  assert.equal(
    parse({ name: " \r\n ", imap: "on" }).error?.issues[0]?.message,
    "clients.error.name",
  );
  assert.equal(
    parse({ name: "x".repeat(81), imap: "on" }).error?.issues[0]?.message,
    "clients.error.nameLong",
  );
  assert.equal(parse({ name: "a\r\nb\0c", imap: "on" }).data?.name, "a b c");
  assert.equal(parse({ name: "x", imap: "on", lifetime: "12345" }).success, false);
});

const link = (name = "Anna’s iPhone", me = annHere) =>
  links.createDeviceLink(ctx, me, { name, current: PASSWORD });

async function openLink(me = annHere) {
  const result = await link("Anna’s iPhone", me);
  assert.ok(result.outcome === "done", result.outcome);
  return result;
}

test("a link gives one device one app password, once; looking at it changes nothing", async () => {
  const { token, linkId } = await openLink();
  for (let i = 0; i < 3; i++)
    assert.deepEqual(await links.viewDeviceLink(ctx, token), {
      address: "ann@here.example",
      name: "Anna’s iPhone",
      state: "open",
    });
  const kept = await ctx.prisma.appPassword.count({ where: { mailboxId: ann } });
  const all = await Promise.all(
    Array.from({ length: 5 }, () => links.redeemDeviceLink(ctx, token, "192.0.2.9")),
  );
  assert.equal(all.filter(({ outcome }) => outcome === "done").length, 1);
  assert.equal(all.filter(({ outcome }) => outcome === "gone").length, 4);
  assert.equal(await ctx.prisma.appPassword.count({ where: { mailboxId: ann } }), kept + 1);
  assert.equal((await links.viewDeviceLink(ctx, token))?.state, "used");
  const row = await ctx.prisma.deviceLink.findUniqueOrThrow({ where: { id: linkId } });
  assert.ok(row.appPasswordId && !("tokenHash" in row));
});

test("after a quarter of an hour, and after a new password, a link is worth nothing", async () => {
  const late = await openLink();
  await ctx.prisma.deviceLink.update({
    where: { id: late.linkId },
    data: { expiresAt: new Date(Date.now() - 1) },
  });
  assert.equal((await links.viewDeviceLink(ctx, late.token))?.state, "expired");
  assert.deepEqual(await links.redeemDeviceLink(ctx, late.token, null), { outcome: "gone" });

  const mailboxId = await newMailbox(runtime, "dora", "here.example");
  const open = await openLink(await browserOf("dora@here.example"));
  await mailboxes.setMailboxPassword(ctx, mei, { mailboxId, password: "another long sentence" });
  assert.deepEqual(await links.redeemDeviceLink(ctx, open.token, null), { outcome: "gone" });
});

test("a mailbox that has too many uses no link up: it is good again when one is revoked", async () => {
  const mailboxId = await newMailbox(runtime, "full", "here.example");
  const me = await browserOf("full@here.example");
  const [{ token, linkId }, used] = [await openLink(me), await openLink(me)];
  assert.equal((await links.redeemDeviceLink(ctx, used.token, null)).outcome, "done");
  const all = [];
  for (let i = 1; i < service.MAX_APP_PASSWORDS; i++) all.push(await made(cliActor, mailboxId));
  const audits = await audited("appPassword.create");
  assert.deepEqual(await links.redeemDeviceLink(ctx, token, null), { outcome: "tooMany" });
  assert.deepEqual(await links.redeemDeviceLink(ctx, used.token, null), { outcome: "gone" });
  assert.equal((await links.viewDeviceLink(ctx, token))?.state, "open");
  const row = await ctx.prisma.deviceLink.findUniqueOrThrow({ where: { id: linkId } });
  assert.deepEqual([row.usedAt, row.appPasswordId], [null, null]);
  assert.equal(await audited("appPassword.create"), audits);

  const [one] = all;
  assert.ok(one);
  assert.equal(await service.revokeAppPassword(ctx, mei, one), "done");
  assert.equal((await links.redeemDeviceLink(ctx, token, null)).outcome, "done");
});

test("a made-up token, a suspended mailbox and a disabled domain: there is no such link", async () => {
  assert.equal(await links.viewDeviceLink(ctx, "x".repeat(43)), null);
  assert.deepEqual(await links.redeemDeviceLink(ctx, "x".repeat(43), null), {
    outcome: "notFound",
  });
  const { token } = await openLink();
  await mailboxes.suspendMailbox(ctx, mei, { mailboxId: ann });
  assert.equal(await links.viewDeviceLink(ctx, token), null);
  assert.deepEqual(await links.redeemDeviceLink(ctx, token, null), { outcome: "notFound" });
  await mailboxes.resumeMailbox(ctx, mei, { mailboxId: ann });
  assert.equal((await links.viewDeviceLink(ctx, token))?.state, "open");
});

test("a link needs the present password, and a mailbox: people of the console have none to set up", async () => {
  const me = await browserOf("ann@here.example");
  assert.deepEqual(await links.createDeviceLink(ctx, me, { name: "x", current: "wrong" }), {
    outcome: "wrongPassword",
  });
  const admin = { ...me, actor: mei };
  assert.deepEqual(await links.createDeviceLink(ctx, admin, { name: "x", current: PASSWORD }), {
    outcome: "notFound",
  });
});
