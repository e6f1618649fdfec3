/** DMARC, MTA-STS and TLS reports: who may change them, and what a change takes with it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cliActor } from "../../lib/service/actor.ts";
import { getDomainRecords } from "../../lib/service/domains.ts";
import { getPolicies, setDmarc, setMtaSts, setTlsReports } from "../../lib/service/policies.ts";
import { DmarcForm, MtaStsForm, TlsReportsForm } from "../../lib/schemas/policies.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const domainId = await newDomain(runtime, "ours.example");
const otherId = await newDomain(runtime, "other.example");
const domain = "ours.example";

const dmarc = (fields: object) => DmarcForm.parse({ domain, p: "none", ...fields });
const sts = (fields: object) =>
  MtaStsForm.parse({ domain, mode: "testing", maxAge: "604800", ...fields });
const textOf = async (id: string) => {
  const records = (await getDomainRecords(ctx, cliActor, domain))?.records ?? [];
  return records.find((record) => record.id === id)?.text;
};

/** A kept check, as engine/watch writes it. */
async function saw(kind: string, verdict: string): Promise<void> {
  const now = new Date();
  const unique = { domainId, key: kind };
  await ctx.prisma.dnsCheck.deleteMany({ where: unique });
  await ctx.prisma.dnsCheck.create({
    data: {
      ...{ ...unique, kind, verdict, scope: "domain", group: "encrypt", need: "recommended" },
      ...{ name: domain, type: "", reasons: [], expected: [], found: [], answers: [], facts: {} },
      ...{ ackFound: [], firstAskedAt: now, changedAt: now, checkedAt: now },
    },
  });
}

test("the admin of the domain may; the auditor, the admin of another and a mailbox may not", async () => {
  const form = dmarc({ p: "quarantine", t: "on" });
  for (const actor of [
    await person(runtime, "auditor"),
    await person(runtime, "domain_admin", otherId),
  ]) {
    assert.equal((await setDmarc(ctx, actor, form)).outcome, "notFound");
    assert.equal((await setMtaSts(ctx, actor, sts({}))).outcome, "notFound");
    const reports = TlsReportsForm.parse({ domain, to: "tls@ours.example" });
    assert.equal((await setTlsReports(ctx, actor, reports)).outcome, "notFound");
  }
  assert.equal(await textOf("dmarc"), "v=DMARC1; p=none; rua=mailto:postmaster@ours.example");
  const admin = await person(runtime, "domain_admin", domainId);
  assert.equal((await setDmarc(ctx, admin, form)).outcome, "done");
  assert.equal((await getPolicies(ctx, admin, domain))?.mayWrite, true);
  assert.equal((await getPolicies(ctx, await person(runtime, "auditor"), domain))?.mayWrite, false);
});

test("the DMARC record follows the policy; what is default is not written", async () => {
  const rua = "dmarc@ours.example, reports@elsewhere.example";
  const form = dmarc({ p: "reject", sp: "reject", np: "", strictSpf: "on", rua });
  await setDmarc(ctx, cliActor, form);
  assert.equal(
    await textOf("dmarc"),
    "v=DMARC1; p=reject; aspf=s; rua=mailto:dmarc@ours.example,mailto:reports@elsewhere.example",
  );
  assert.equal(await textOf("dmarcReports:elsewhere.example"), "v=DMARC1");
});

test("TLS reports go where they are asked to, and back to the postmaster", async () => {
  await setTlsReports(ctx, cliActor, TlsReportsForm.parse({ domain, to: "tls@ours.example" }));
  assert.equal(await textOf("tlsReports"), "v=TLSRPTv1; rua=mailto:tls@ours.example");
  await setTlsReports(ctx, cliActor, TlsReportsForm.parse({ domain, to: "" }));
  assert.equal(await textOf("tlsReports"), "v=TLSRPTv1; rua=mailto:postmaster@ours.example");
});

test("the id changes with the policy and only with it", async () => {
  const before = await textOf("mtaStsPolicy");
  assert.deepEqual(await setMtaSts(ctx, cliActor, sts({})), { outcome: "done", id: null });
  assert.equal(await textOf("mtaStsPolicy"), before);
  const changed = await setMtaSts(ctx, cliActor, sts({ maxAge: "86400" }));
  assert.ok(changed.outcome === "done" && changed.id !== null);
  assert.equal(await textOf("mtaStsPolicy"), `v=STSv1; id=${changed.id};`);
  const named = await setMtaSts(ctx, cliActor, sts({ mx: "mail.example.net *.Backup.example" }));
  assert.ok(named.outcome === "done" && named.id !== null && named.id > changed.id);
  const policies = await getPolicies(ctx, cliActor, domain);
  assert.deepEqual(policies?.mtaSts.mx, ["mail.example.net", "*.backup.example"]);
});

test("enforce needs evidence, or the domain's name typed", async () => {
  const enforce = sts({ mode: "enforce" });
  const unproven = await setMtaSts(ctx, cliActor, enforce);
  assert.equal(unproven.outcome, "unproven");
  for (const kind of ["mx", "mtaStsHost", "mtaStsPolicy", "smtpTls"]) await saw(kind, "ok");
  await saw("stsPolicy", "different");
  const still = await setMtaSts(ctx, cliActor, enforce);
  assert.deepEqual(still, { outcome: "unproven", obstacles: ["stsPolicy"] });
  await saw("stsPolicy", "weak");
  assert.equal((await setMtaSts(ctx, cliActor, enforce)).outcome, "done");

  await setMtaSts(ctx, cliActor, sts({}));
  await saw("stsPolicy", "unknown");
  const wrong = await setMtaSts(ctx, cliActor, sts({ mode: "enforce", confirm: "other.example" }));
  assert.equal(wrong.outcome, "unproven");
  const typed = await setMtaSts(ctx, cliActor, sts({ mode: "enforce", confirm: domain }));
  assert.equal(typed.outcome, "done");
});

test("turning it off says until when senders may still hold the old policy", async () => {
  await setMtaSts(ctx, cliActor, sts({ mode: "none", maxAge: "86400" }));
  const off = await getPolicies(ctx, cliActor, domain);
  const left = (off?.domain.mtaStsHeldUntil?.getTime() ?? 0) - Date.now();
  assert.ok(left > 604_700_000 && left <= 604_800_000, "the max_age of the policy before");
  await setMtaSts(ctx, cliActor, sts({ mode: "none", maxAge: "3600" }));
  const later = await getPolicies(ctx, cliActor, domain);
  assert.deepEqual(later?.domain.mtaStsHeldUntil, off?.domain.mtaStsHeldUntil);
});

test("every change leaves an audit line with before and after", async () => {
  const lines = await ctx.prisma.auditEntry.findMany({
    where: { domainId, action: "policy.mtaSts" },
  });
  assert.ok(lines.length >= 5);
  assert.ok(lines.every(({ changes }) => JSON.stringify(changes).includes('"policy"')));
});

test("forms refuse what no policy may say", () => {
  const bad = (schema: { safeParse(value: unknown): { success: boolean } }, value: object) =>
    assert.equal(schema.safeParse({ domain, ...value }).success, false, JSON.stringify(value));
  bad(DmarcForm, { p: "drop" });
  bad(DmarcForm, { p: "none", rua: "not-an-address" });
  bad(DmarcForm, { p: "none", rua: Array.from({ length: 6 }, (_, n) => `a${n}@b.example`).join() });
  bad(MtaStsForm, { mode: "testing", maxAge: "60" });
  bad(MtaStsForm, { mode: "testing", maxAge: "99999999" });
  bad(MtaStsForm, { mode: "testing", maxAge: "86400", mx: "192.0.2.1:25" });
  bad(TlsReportsForm, { to: "nobody" });
});
