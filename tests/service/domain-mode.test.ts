/** What a domain is used for: who may change it, what the preview says, what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DomainMode } from "../../lib/mail/domain-mode.ts";
import { cliActor, type Actor } from "../../lib/service/actor.ts";
import * as domains from "../../lib/service/domains.ts";
import { previewDomainMode, setDomainMode } from "../../lib/service/domain-mode.ts";
import { requestTestMessage } from "../../lib/service/jobs.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const ours = await newDomain(runtime, "ours.example");
const theirs = await newDomain(runtime, "theirs.example");
const admin = await person(runtime, "domain_admin", ours);
const auditor = await person(runtime, "auditor");

const change = (mode: DomainMode, { sure = false, who = cliActor, domain = "ours.example" } = {}) =>
  setDomainMode(ctx, who as Actor, { domain, mode, sure });
const preview = async (mode: DomainMode, who: Actor = cliActor) => {
  const view = await previewDomainMode(ctx, who, { domain: "ours.example", mode });
  assert.ok(view);
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id.split(":")[0]);
  return {
    ...view,
    added: [...new Set(ids(view.records.added))],
    removed: [...new Set(ids(view.records.removed))],
    changed: view.records.changed.map(({ before, after }) => [before.text, after.text]),
  };
};
const idsOf = async (name: string) =>
  (await domains.getDomainRecords(ctx, cliActor, name))?.records.map(({ id }) => id) ?? [];

for (const [mode, has, hasNot, keys] of [
  ["full", ["mx", "spf", "dmarc", "mtaStsPolicy", "autoconfig", "srv:imaps"], [], 2],
  ["receive", ["mx", "spf", "dmarc", "mtaStsPolicy", "srv:imaps"], ["srv:submissions"], 2],
  ["send", ["spf", "dmarc", "srv:submissions"], ["mx", "mtaStsPolicy", "autoconfig"], 2],
  ["reports", ["dmarc", "tlsReports"], ["mx", "spf", "autoconfig", "srv:imaps"], 0],
] as const) {
  test(`added for "${mode}": its records, its keys, and a line that says so`, async () => {
    const name = `${mode}.example`;
    const made = await domains.createDomain(ctx, cliActor, { name, mode });
    assert.ok(made.outcome === "done");
    const ids = await idsOf(name);
    for (const id of has) assert.ok(ids.includes(id), id);
    for (const id of hasNot) assert.ok(!ids.includes(id), id);
    const { domainId } = made;
    assert.equal(await ctx.prisma.dkimKey.count({ where: { domainId } }), keys);
    const line = await ctx.prisma.auditEntry.findFirst({ where: { domainId } });
    assert.deepEqual(line?.changes, { mode: [null, mode] });
  });
}

test("reports of a watched domain go where somebody here reads them, with the consent that this needs", async () => {
  const input = {
    name: "far.example",
    mode: "reports",
    reportsTo: "reports@ours.example",
  } as const;
  await domains.createDomain(ctx, cliActor, input);
  const records = (await domains.getDomainRecords(ctx, cliActor, "far.example"))?.records ?? [];
  assert.deepEqual(
    records.map(({ name, text }) => [name, text]),
    [
      ["_dmarc.far.example", "v=DMARC1; p=none; rua=mailto:reports@ours.example"],
      ["far.example._report._dmarc.ours.example", "v=DMARC1"],
      ["_smtp._tls.far.example", "v=TLSRPTv1; rua=mailto:reports@ours.example"],
    ],
  );
});

test("a preview names what is new, what goes and what says something else; it changes nothing", async () => {
  const view = await preview("send", auditor);
  assert.deepEqual(view.added, []);
  for (const kind of ["mx", "mtaStsHost", "mtaStsPolicy", "tlsReports", "autoconfig"])
    assert.ok(view.removed.includes(kind), kind);
  assert.deepEqual(view.changed, [
    ["v=spf1 a:mail.example.net mx -all", "v=spf1 a:mail.example.net -all"],
  ]);
  assert.deepEqual([view.may, view.dangers, view.enforced], [false, [], false]);
  assert.equal((await domains.getDomain(ctx, cliActor, "ours.example"))?.mode, "full");
});

test("an admin of the domain changes it, with a line and a look anew; others do not", async () => {
  const strangers = await person(runtime, "domain_admin", theirs);
  for (const who of [auditor, strangers])
    assert.deepEqual(await change("receive", { who }), { outcome: "notFound" });
  assert.deepEqual(await change("receive", { who: admin, domain: "theirs.example" }), {
    outcome: "notFound",
  });
  assert.deepEqual(await change("receive", { who: admin }), { outcome: "done", mode: "receive" });
  const lines = await ctx.prisma.auditEntry.findMany({ where: { action: "domain.mode" } });
  assert.deepEqual(
    lines.map(({ changes, domainId }) => [changes, domainId]),
    [[{ mode: ["full", "receive"] }, ours]],
  );
  assert.deepEqual(await change("receive", { who: admin }), { outcome: "done", mode: "receive" });
  assert.equal(await ctx.prisma.auditEntry.count({ where: { action: "domain.mode" } }), 1);
  const test = { domain: "ours.example", to: "x@far.example", language: "en" } as const;
  assert.deepEqual(await requestTestMessage(ctx, admin, test), { outcome: "sendingOff" });
});

/** A kept check of MX, as the watch writes it. */
async function sawMx(verdict: string, found: readonly string[]): Promise<void> {
  const now = new Date();
  await ctx.prisma.dnsCheck.deleteMany({ where: { domainId: ours } });
  await ctx.prisma.dnsCheck.create({
    data: {
      ...{ domainId: ours, key: "mx", kind: "mx", scope: "domain", group: "receive", verdict },
      ...{ need: "required-receive", name: "ours.example", type: "MX", reasons: [] },
      ...{ expected: ["10 mail.example.net"], found: [...found], answers: [], facts: {} },
      ...{ ackFound: [], firstAskedAt: now, changedAt: now, checkedAt: now },
    },
  });
}

test("while MX is seen to lead here, not to receive any more wants to be confirmed", async () => {
  for (const [verdict, found] of [
    ["ok", ["10 mail.example.net"]],
    ["different", ["5 mx.far.example", "10 mail.example.net"]],
    ["unknown", ["10 mail.example.net"]],
  ] as const) {
    await sawMx(verdict, found);
    assert.deepEqual(await change("send"), { outcome: "unconfirmed", dangers: ["mxHere"] });
  }
  assert.deepEqual((await preview("send")).dangers, ["mxHere"]);
  assert.deepEqual((await preview("full")).dangers, []);
  assert.deepEqual(await change("send", { sure: true }), { outcome: "done", mode: "send" });
  await change("full");
  await sawMx("different", ["10 mx.far.example"]);
  assert.deepEqual(await change("send"), { outcome: "done", mode: "send" });
  await change("full");
});

test("while MTA-STS is enforced nothing but receiving is possible; what is held wants to be confirmed", async () => {
  const where = { id: ours };
  await ctx.prisma.domain.update({ where, data: { mtaStsMode: "enforce" } });
  assert.deepEqual(await change("reports", { sure: true }), { outcome: "enforced" });
  assert.deepEqual(await change("receive"), { outcome: "done", mode: "receive" });
  const mtaStsHeldUntil = new Date(Date.now() + 60_000);
  await ctx.prisma.domain.update({ where, data: { mtaStsMode: "none", mtaStsHeldUntil } });
  assert.deepEqual(await change("reports"), { outcome: "unconfirmed", dangers: ["held"] });
  assert.deepEqual(await change("reports", { sure: true }), { outcome: "done", mode: "reports" });
});

test("a domain that was only watched gets its keys when it begins to send", async () => {
  const domain = await domains.getDomain(ctx, cliActor, "reports.example");
  const where = { domainId: domain?.id ?? "" };
  assert.deepEqual(await change("send", { domain: "reports.example" }), {
    outcome: "done",
    mode: "send",
  });
  assert.equal(await ctx.prisma.dkimKey.count({ where }), 2);
  await change("reports", { domain: "reports.example" });
  await change("full", { domain: "reports.example" });
  assert.equal(await ctx.prisma.dkimKey.count({ where }), 2, "those that it has");
});
