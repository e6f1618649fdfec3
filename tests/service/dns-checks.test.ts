/** Checks as people see them: who may read, ask, accept; and that asking is bounded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../lib/mail/ids.ts";
import { cliActor } from "../../lib/service/actor.ts";
import * as checks from "../../lib/service/dns-checks.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const name = "ours.example";
const domainId = await newDomain(runtime, name);
const otherId = await newDomain(runtime, "other.example");
const admin = await person(runtime, "domain_admin", domainId);
const stranger = await person(runtime, "domain_admin", otherId);
const auditor = await person(runtime, "auditor");

/** As engine/watch keeps it. */
async function keep(key: string, verdict: string, found: string[]): Promise<void> {
  const now = new Date();
  await ctx.prisma.dnsCheck.deleteMany({ where: { domainId, key } });
  await ctx.prisma.dnsCheck.create({
    data: {
      ...{ domainId, key, kind: key, verdict, scope: "domain", group: "receive", name },
      ...{ need: "required-receive", type: "MX", reasons: [], expected: ["10 mx"], found },
      ...{ answers: [], facts: {}, ackFound: [] },
      ...{ firstAskedAt: now, changedAt: now, checkedAt: now },
    },
  });
}

test("a new domain has a watch that is due at once, and no check before the first look", async () => {
  const view = await checks.getDomainChecks(ctx, admin, name);
  assert.deepEqual(view?.checks, []);
  assert.ok(view?.watch && view.watch.nextAt <= new Date() && view.watch.checkedAt === null);
  assert.ok(view.records.some(({ id }) => id === "mx"));
  assert.deepEqual(view.may, { check: true, accept: true });
});

test("a domain is read by its own admin and auditors; to others it is not there", async () => {
  assert.equal(await checks.getDomainChecks(ctx, stranger, name), null);
  assert.equal(await checks.listChanges(ctx, stranger, { name }), null);
  assert.equal(await checks.markViewed(ctx, stranger, name), "notFound");
  assert.deepEqual((await checks.getDomainChecks(ctx, auditor, name))?.may, {
    check: false,
    accept: false,
  });
  assert.equal(await checks.getServerChecks(ctx, admin), null, "the server is not a domain's");
  assert.ok(await checks.getServerChecks(ctx, auditor));
});

test("a look is asked for once in ten seconds, whoever asks", async () => {
  assert.deepEqual(await checks.checkNow(ctx, auditor, { subject: name }), { outcome: "notFound" });
  assert.deepEqual(await checks.checkNow(ctx, admin, { subject: name }), { outcome: "done" });
  const again = await checks.checkNow(ctx, cliActor, { subject: name, published: true });
  assert.ok(again.outcome === "tooSoon" && again.seconds > 0 && again.seconds <= 10);
  await ctx.prisma
    .$executeRaw`UPDATE dns_watch SET asked_at = now() - interval '11 seconds', early_looks = 9`;
  const later = await checks.checkNow(ctx, admin, { subject: name, published: true });
  assert.deepEqual(later, { outcome: "done" });
  const watch = await ctx.prisma.dnsWatch.findFirst({ where: { domainId } });
  assert.equal(watch?.earlyLooks, 0, "the schedule begins anew");
  assert.deepEqual(await checks.checkNow(ctx, admin, { subject: null }), { outcome: "notFound" });
});

test("an open page makes the next look due within fifteen seconds", async () => {
  const far = new Date(Date.now() + 3_600_000);
  await ctx.prisma.dnsWatch.updateMany({
    where: { domainId },
    data: { nextAt: far, checkedAt: new Date() },
  });
  assert.equal(await checks.markViewed(ctx, auditor, name), "done");
  const watch = await ctx.prisma.dnsWatch.findFirst({ where: { domainId } });
  const left = (watch?.nextAt.getTime() ?? 0) - Date.now();
  assert.ok(left > 0 && left <= 15_500, String(left));
  assert.ok(watch?.viewedUntil && watch.viewedUntil > new Date());
});

test("a deviation is accepted with a reason, counts while it stays as it is, and is audited", async () => {
  await keep("mx", "different", ["10 filter.example"]);
  const acceptance = { subject: name, key: "mx", note: "Our filter stands in front" };
  assert.equal(await checks.acceptDeviation(ctx, auditor, acceptance), "notFound");
  assert.equal(await checks.acceptDeviation(ctx, stranger, acceptance), "notFound");
  assert.equal(await checks.acceptDeviation(ctx, admin, acceptance), "done");
  const view = await checks.getDomainChecks(ctx, admin, name);
  const mx = view?.checks.find(({ key }) => key === "mx");
  assert.equal(mx?.verdict, "accepted");
  assert.equal(mx?.ack?.note, acceptance.note);
  const line = await ctx.prisma.auditEntry.findFirst({ where: { action: "dns.accept" } });
  assert.equal(line?.domainId, domainId);
  assert.equal(await checks.withdrawAcceptance(ctx, stranger, acceptance), "notFound");
  assert.equal(await checks.withdrawAcceptance(ctx, admin, acceptance), "done");
  assert.equal(await checks.withdrawAcceptance(ctx, admin, acceptance), "notFound");
  await keep("mx", "ok", ["10 mx"]);
  assert.equal(await checks.acceptDeviation(ctx, admin, acceptance), "nothingToAccept");
});

test("the server's deviations are accepted by operators alone; who reads the server reads its history", async () => {
  const operator = await person(runtime, "operator");
  const now = new Date();
  await ctx.prisma.dnsCheck.create({
    data: {
      ...{ domainId: null, key: "hostSpf", kind: "hostSpf", verdict: "different", scope: "host" },
      ...{ group: "send", name: "mail.example.net", need: "recommended", type: "TXT" },
      ...{ reasons: [], expected: ["v=spf1 a -all"], found: ["v=spf1 mx -all"], answers: [] },
      ...{ facts: {}, ackFound: [], firstAskedAt: now, changedAt: now, checkedAt: now },
    },
  });
  const change = { domainId: null, key: "hostSpf", reasons: [], at: now, id: newId() };
  await ctx.prisma.dnsChange.create({
    data: { ...change, verdict: "different", foundBefore: [], found: ["v=spf1 mx -all"] },
  });
  const acceptance = { subject: null, key: "hostSpf", note: "MX is the same machine" };
  for (const actor of [admin, auditor]) {
    assert.equal(await checks.acceptDeviation(ctx, actor, acceptance), "notFound");
  }
  assert.equal(await checks.acceptDeviation(ctx, operator, acceptance), "done");
  const [seen] = (await checks.getServerChecks(ctx, auditor))?.checks ?? [];
  assert.deepEqual([seen?.verdict, seen?.ack?.note], ["accepted", acceptance.note]);
  const line = await ctx.prisma.auditEntry.findFirst({
    where: { action: "dns.accept", domainId: null },
  });
  assert.equal(line?.subject, "server hostSpf");
  for (const actor of [admin, auditor])
    assert.equal(await checks.withdrawAcceptance(ctx, actor, acceptance), "notFound");
  assert.equal(await checks.withdrawAcceptance(ctx, operator, acceptance), "done");

  assert.equal(await checks.listChanges(ctx, admin, { name: null }), null);
  const history = await checks.listChanges(ctx, auditor, { name: null, key: "hostSpf" });
  assert.deepEqual(
    [history?.domain, history?.rows.map(({ kind, found }) => [kind, found])],
    [null, [["hostSpf", ["v=spf1 mx -all"]]]],
  );
  assert.deepEqual((await checks.listChanges(ctx, admin, { name }))?.rows, [], "not a domain's");
  await ctx.prisma.dnsCheck.deleteMany({ where: { domainId: null } });
});

test("alarms are seen by whom they concern", async () => {
  const about = { openedAt: new Date(), verdict: "changed", before: [], after: [], reasons: [] };
  await ctx.prisma.alarm.createMany({
    data: [
      { domainId, key: "mx", kind: "mx", ...about },
      { domainId: otherId, key: "spf", kind: "spf", ...about },
      { domainId: null, key: "outbound25", kind: "outbound25", ...about },
    ],
  });
  const keys = async (actor: Parameters<typeof checks.listAlarms>[1]) =>
    (await checks.listAlarms(ctx, actor, {})).rows.map(({ key }) => key).sort();
  assert.deepEqual(await keys(admin), ["mx"]);
  assert.deepEqual(await keys(stranger), ["spf"]);
  assert.deepEqual(await keys(auditor), ["mx", "outbound25", "spf"]);
  const found = async (actor: typeof admin, filter: checks.AlarmFilter) =>
    (await checks.listAlarms(ctx, actor, filter)).rows.map(({ key }) => key).sort();
  assert.deepEqual(await found(auditor, { search: "other" }), ["spf"], "not the server's either");
  assert.deepEqual(await found(admin, { search: "other.example" }), [], "naming it opens nothing");
  assert.deepEqual(await found(admin, { state: "closed" }), []);
  await ctx.prisma.alarm.updateMany({ where: { domainId }, data: { closedAt: new Date() } });
  assert.deepEqual(await found(admin, { state: "open" }), []);
  assert.deepEqual(await found(admin, { state: "closed" }), ["mx"]);
  assert.deepEqual(await found(auditor, { state: "any" }), ["mx", "outbound25", "spf"]);
  const first = await checks.listAlarms(ctx, auditor, { state: "any", limit: 2 });
  assert.ok(first.next);
  const rest = await checks.listAlarms(ctx, auditor, { state: "any", before: first.next });
  const ids = [...first.rows, ...rest.rows].map(({ id }) => id);
  assert.deepEqual([new Set(ids).size, rest.next], [3, null], "each once, page by page");
  await assert.rejects(
    ctx.prisma.alarm.create({ data: { domainId: null, key: "outbound25", kind: "x", ...about } }),
    "one open alarm about one thing",
  );
});

test("changes are listed newest first, of one check or of all, page by page, to who may read the domain", async () => {
  await keep("mx", "ok", ["10 mx"]);
  const change = { domainId, verdict: "ok", foundBefore: [], found: ["10 mx"], reasons: [] };
  const rows = ["mx", "gone:one", "mx"].map((key, at) => ({
    ...{ ...change, key, at: new Date(at), id: newId() },
    verdictBefore: at === 0 ? null : "waiting",
  }));
  await ctx.prisma.dnsChange.createMany({ data: rows });
  const all = await checks.listChanges(ctx, auditor, { name });
  assert.deepEqual(
    all?.rows.map(({ key, kind, at }) => [key, kind, at.getTime()]),
    [
      ["mx", "mx", 2],
      ["gone:one", null, 1],
      ["mx", "mx", 0],
    ],
  );
  const first = await checks.listChanges(ctx, admin, { name, key: "mx", limit: 1 });
  assert.deepEqual(
    first?.rows.map(({ at }) => at.getTime()),
    [2],
  );
  assert.ok(first?.next);
  const second = await checks.listChanges(ctx, admin, { name, key: "mx", before: first.next });
  assert.deepEqual([second?.rows[0]?.at.getTime(), second?.next], [0, null]);
  assert.deepEqual((await checks.listChanges(ctx, admin, { name, key: "no such" }))?.rows, []);
  assert.equal(await checks.listChanges(ctx, stranger, { name, key: "mx" }), null);
});

test("capabilities of many domains: only those that one may read, and nothing before the first look", async () => {
  await ctx.prisma.alarm.deleteMany({});
  await keep("mx", "ok", ["10 mx"]);
  const states = await checks.capabilityStates(ctx, [domainId, otherId]);
  assert.equal(states.get(domainId)?.receive, "ok");
  assert.equal(states.get(otherId), null);
  const page = { sort: "name", after: "", limit: 10 } as const;
  const seen = async (actor: typeof admin) => {
    const { rows, counts } = await checks.getCapabilityMatrix(ctx, actor, page);
    return [rows.map((row) => row.name), counts.total, counts.unseen];
  };
  assert.deepEqual(await seen(admin), [[name], 1, 0]);
  assert.deepEqual(await seen(stranger), [["other.example"], 1, 1]);
  assert.deepEqual(await seen(auditor), [["other.example", name], 2, 1]);
  assert.deepEqual(await seen({ ...admin, grants: [] }), [[], 0, 0]);
});

test("what is required and wrong is told where no alarm tells of it: one line a domain", async () => {
  await ctx.prisma.alarm.deleteMany({});
  await keep("mx", "missing", []);
  await keep("spf", "different", ["v=spf1 -all"]);
  await ctx.prisma.dnsCheck.updateMany({ where: { key: "mx" }, data: { changedAt: new Date(0) } });
  const [first, ...rest] = await checks.listBroken(ctx, admin, 8);
  assert.deepEqual([first?.key, first?.domain, first?.others, rest], ["spf", name, 1, []]);
  assert.deepEqual(await checks.listBroken(ctx, stranger, 8), []);
  const about = { openedAt: new Date(), verdict: "changed", before: [], after: [], reasons: [] };
  await ctx.prisma.alarm.create({ data: { domainId, key: "spf", kind: "spf", ...about } });
  const [other] = await checks.listBroken(ctx, auditor, 8);
  assert.deepEqual([other?.key, other?.others], ["mx", 0]);
  assert.equal(await checks.serverNeedsAttention(ctx, auditor), false);
  await ctx.prisma.alarm.create({ data: { domainId: null, key: "ptr", kind: "ptr", ...about } });
  assert.equal(await checks.serverNeedsAttention(ctx, auditor), true);
  assert.equal(await checks.serverNeedsAttention(ctx, admin), false, "not for a domain's admin");
});

test("news name a domain only to who may read it", async () => {
  assert.equal(await checks.subjectOfNews(ctx, admin, domainId), name);
  assert.equal(await checks.subjectOfNews(ctx, stranger, domainId), null);
  assert.equal(await checks.subjectOfNews(ctx, admin, "server"), null);
  assert.equal(await checks.subjectOfNews(ctx, auditor, "server"), "server");
});
