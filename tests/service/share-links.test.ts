/** Links to a domain's records without an account: who makes and ends them, what they open, and for how long. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cliActor, type Actor } from "../../lib/service/actor.ts";
import * as links from "../../lib/service/share-links.ts";
import { NETWORK } from "../../lib/service/throttle.ts";
import { newDomain, newMailbox, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const name = "ours.example";
const domainId = await newDomain(runtime, name);
const otherId = await newDomain(runtime, "other.example");
const admin = await person(runtime, "domain_admin", domainId);
const stranger = await person(runtime, "domain_admin", otherId);
const auditor = await person(runtime, "auditor", domainId);
const auditorElsewhere = await person(runtime, "auditor", otherId);
const mailboxId = await newMailbox(runtime, "ann", name);
const ann: Actor = {
  ...{ kind: "mailbox", id: mailboxId, name: `ann@${name}`, grants: [], remoteIp: null },
  mailbox: { id: mailboxId, domainId },
};
const REFUSED = [stranger, auditorElsewhere, ann];
const MADE_UP = "A".repeat(43);
const DAY_MS = 86_400_000;

async function made(actor: Actor = admin, of = name) {
  const result = await links.createShareLink(ctx, actor, of);
  assert.ok(result.outcome === "done", result.outcome);
  return result;
}
const open = (token: string, now?: Date, remoteIp = "192.0.2.7") =>
  links.openShareLink(ctx, token, { remoteIp, ...(now && { now }) });

test("whoever sees the domain's records makes a link; its token is answered once and kept as a hash", async () => {
  for (const actor of [admin, auditor]) {
    const { token, expiresAt, linkId } = await made(actor);
    assert.match(token, /^[\w-]{43}$/);
    const days = (expiresAt.getTime() - Date.now()) / DAY_MS;
    assert.ok(days > 6.99 && days <= 7, String(days));
    const list = await links.listShareLinks(ctx, auditor, name);
    assert.equal(list?.rows[0]?.id, linkId, "newest first");
    assert.equal(list?.rows[0]?.createdBy, actor.name);
    const kept = await ctx.prisma.$queryRawUnsafe<object[]>(
      "select to_jsonb(l) || jsonb_build_object('audit', (select jsonb_agg(a) from audit_entry a)) as row from share_link l",
    );
    assert.ok(!JSON.stringify(kept).includes(token));
    const line = await ctx.prisma.auditEntry.findFirst({
      where: { action: "dns.share", actorName: actor.name },
    });
    assert.deepEqual([line?.subject, line?.domainId], [name, domainId]);
  }
});

test("for admins and auditors of other domains, and for mailboxes, there is nothing to share", async () => {
  const { linkId, token } = await made();
  for (const actor of REFUSED) {
    assert.deepEqual(await links.createShareLink(ctx, actor, name), { outcome: "notFound" });
    assert.equal(await links.listShareLinks(ctx, actor, name), null);
    assert.equal(await links.revokeShareLink(ctx, actor, { linkId }), "notFound");
  }
  const gone = { linkId: "0199a000-0000-7000-8000-000000000001" };
  assert.equal(await links.revokeShareLink(ctx, admin, gone), "notFound");
  assert.deepEqual(await links.createShareLink(ctx, admin, "nowhere.example"), {
    outcome: "notFound",
  });
  assert.equal((await open(token)).outcome, "done", "nobody ended it");
  assert.equal(await ctx.prisma.auditEntry.count({ where: { action: "dns.unshare" } }), 0);
});

test("who holds a link sees that domain's records and checks, may nothing, and is noted at most once a minute", async () => {
  const { token, linkId } = await made();
  const opened = await open(token);
  assert.ok(opened.outcome === "done");
  assert.equal(opened.checks.domain.name, name);
  assert.ok(opened.checks.records.some(({ id }) => id === "mx"));
  assert.deepEqual(opened.checks.may, { check: false, accept: false });
  const used = async () =>
    (await links.listShareLinks(ctx, admin, name))?.rows.find(({ id }) => id === linkId)
      ?.lastUsedAt ?? assert.fail("never used");
  const first = await used();
  await open(token, new Date(first.getTime() + 59_000));
  assert.deepEqual(await used(), first);
  await open(token, new Date(first.getTime() + 61_000));
  assert.equal((await used()).getTime(), first.getTime() + 61_000);
  const watch = await ctx.prisma.dnsWatch.findFirst({ where: { domainId } });
  assert.ok(watch?.viewedUntil && watch.viewedUntil > new Date(), "the engine looks more often");
});

test("unknown, expired and revoked are one answer", async () => {
  const { token, linkId, expiresAt } = await made();
  const notFound = { outcome: "notFound" } as const;
  assert.deepEqual(await open(MADE_UP), notFound);
  assert.equal((await open(token, new Date(expiresAt.getTime() - 1))).outcome, "done");
  assert.deepEqual(await open(token, expiresAt), notFound);

  assert.equal(await links.revokeShareLink(ctx, auditor, { linkId }), "done");
  assert.equal(await links.revokeShareLink(ctx, admin, { linkId }), "done", "twice is once");
  assert.deepEqual(await open(token), notFound);
  assert.equal(await ctx.prisma.auditEntry.count({ where: { action: "dns.unshare" } }), 1);
  const list = await links.listShareLinks(ctx, admin, name);
  assert.ok(!list?.rows.some(({ id }) => id === linkId));
});

test("with the domain its links are gone", async () => {
  const goneId = await newDomain(runtime, "gone.example");
  const { token } = await made(await person(runtime, "operator"), "gone.example");
  await ctx.prisma.domain.delete({ where: { id: goneId } });
  assert.deepEqual(await open(token), { outcome: "notFound" });
});

test("a link rests on the right of who made it: gone, disabled or without the grant, it has expired", async () => {
  const notFound = { outcome: "notFound" } as const;
  const { user, grant, shareLink } = ctx.prisma;
  const makers = {
    removed: await person(runtime, "domain_admin", domainId),
    disabled: await person(runtime, "domain_admin", domainId),
    regranted: await person(runtime, "auditor", domainId),
    demoted: await person(runtime, "operator"),
  };
  const tokens = Object.fromEntries(
    await Promise.all(
      Object.entries(makers).map(async ([how, actor]) => [how, (await made(actor)).token] as const),
    ),
  );
  for (const token of Object.values(tokens)) assert.equal((await open(token)).outcome, "done");
  const before = (await links.listShareLinks(ctx, admin, name))?.rows.length ?? 0;

  await user.delete({ where: { id: makers.removed.id ?? "" } });
  assert.deepEqual(await open(tokens["removed"] ?? ""), notFound);
  const disabled = { where: { id: makers.disabled.id ?? "" } };
  await user.update({ ...disabled, data: { disabledAt: new Date() } });
  assert.deepEqual(await open(tokens["disabled"] ?? ""), notFound);
  const elsewhere = { where: { userId: makers.regranted.id ?? "" }, data: { domainId: otherId } };
  await grant.updateMany(elsewhere);
  assert.deepEqual(await open(tokens["regranted"] ?? ""), notFound);
  await grant.deleteMany({ where: { userId: makers.demoted.id ?? "" } });
  assert.deepEqual(await open(tokens["demoted"] ?? ""), notFound);
  const after = await links.listShareLinks(ctx, admin, name);
  assert.equal(after?.rows.length, before - 4, "nor are they listed as open");

  await user.update({ ...disabled, data: { disabledAt: null } });
  assert.equal((await open(tokens["disabled"] ?? "")).outcome, "done", "until it may again");
  const fromShell = await made(cliActor);
  assert.equal((await open(fromShell.token)).outcome, "done", "the command line has no account");
  assert.equal(await shareLink.count({ where: { id: fromShell.linkId, createdById: null } }), 1);
});

test("there is an end to how many are open, also for those who ask at once", async () => {
  await newDomain(runtime, "many.example");
  const operator = await person(runtime, "operator");
  const all = Array.from({ length: links.MAX_OPEN_LINKS + 3 }, () =>
    links.createShareLink(ctx, operator, "many.example"),
  );
  const outcomes = (await Promise.all(all)).map(({ outcome }) => outcome);
  assert.equal(outcomes.filter((outcome) => outcome === "done").length, links.MAX_OPEN_LINKS);
  assert.equal(outcomes.filter((outcome) => outcome === "tooMany").length, 3);
  const list = await links.listShareLinks(ctx, operator, "many.example");
  const [one] = list?.rows ?? [];
  assert.ok(one);
  await links.revokeShareLink(ctx, operator, { linkId: one.id });
  assert.equal((await made(operator, "many.example")).outcome, "done");
});

test("who guesses must wait, with good links too; other networks, and good links before, are let in", async () => {
  const { token } = await made();
  const guess = (now = new Date()) => open(MADE_UP, now, "198.51.100.9");
  for (let i = 0; i < NETWORK.free; i++) {
    assert.equal((await open(token, undefined, "198.51.100.9")).outcome, "done");
    assert.equal((await guess()).outcome, "notFound");
  }
  const now = new Date();
  const [wrong, right] = [await guess(now), await open(token, now, "198.51.100.9")];
  assert.ok(wrong.outcome === "wait" && wrong.seconds >= 1);
  assert.deepEqual(right, wrong, "nobody learns from the wait whether the link is good");
  assert.equal((await open(token, now, "203.0.113.9")).outcome, "done");
  const later = new Date(now.getTime() + NETWORK.longestWaitMs);
  assert.equal((await open(token, later, "198.51.100.9")).outcome, "done");
});
