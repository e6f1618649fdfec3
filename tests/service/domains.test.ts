import assert from "node:assert/strict";
import { test } from "node:test";
import { cliActor } from "../../lib/service/actor.ts";
import * as domains from "../../lib/service/domains.ts";
import * as jobs from "../../lib/service/jobs.ts";
import { getHostName, setHostName } from "../../lib/service/server-identity.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const ours = await newDomain(runtime, "ours.example");
await newDomain(runtime, "theirs.example");
const operator = await person(runtime, "operator");
const mei = await person(runtime, "domain_admin", ours);
const auditor = await person(runtime, "auditor");

test("a new domain has two sealed keys, and its row, keys and audit line came together", async () => {
  const result = await domains.createDomain(ctx, operator, { name: "new.example" });
  assert.ok(result.outcome === "done");
  const keys = await ctx.prisma.dkimKey.findMany({
    where: { domainId: result.domainId },
    select: { id: true, algorithm: true, privateKey: true },
  });
  assert.deepEqual(keys.map(({ algorithm }) => algorithm).sort(), ["ed25519_sha256", "rsa_sha256"]);
  for (const key of keys) {
    const opened = ctx.secrets.open(key.privateKey, `dkim:${key.id}`);
    assert.equal(opened[0], 0x30, "PKCS#8 DER inside, not outside");
    assert.throws(() => ctx.secrets.open(key.privateKey, "dkim:other"));
  }
  const audit = await ctx.prisma.auditEntry.findFirst({ where: { subject: "new.example" } });
  assert.equal(audit?.actor, `user:${operator.id}`);
  assert.equal(audit?.remoteIp, "192.0.2.1");
});

test("a name is added once; a domain admin and an auditor add none", async () => {
  const again = await domains.createDomain(ctx, operator, { name: "ours.example" });
  assert.deepEqual(again, { outcome: "taken" });
  for (const actor of [mei, auditor]) {
    const result = await domains.createDomain(ctx, actor, { name: "more.example" });
    assert.deepEqual(result, { outcome: "notAllowed" });
  }
});

test("a list shows a domain admin only what is theirs", async () => {
  const names = async (actor: typeof mei) =>
    (await domains.listDomains(ctx, actor)).rows.map(({ name }) => name);
  assert.deepEqual(await names(mei), ["ours.example"]);
  assert.ok((await names(auditor)).includes("theirs.example"));
  assert.equal(await domains.getDomain(ctx, mei, "theirs.example"), null);
  assert.equal(await domains.getDomainRecords(ctx, mei, "theirs.example"), null);
});

test("records name the server as it is called now", async () => {
  const mx = async () => {
    const view = await domains.getDomainRecords(ctx, mei, "ours.example");
    return view?.records.find(({ kind }) => kind === "mx")?.text;
  };
  assert.equal(await mx(), "10 mail.example.net");
  assert.equal(await setHostName(ctx, mei, { hostName: "evil.example" }), "notAllowed");
  assert.equal(await setHostName(ctx, operator, { hostName: "mx.example.org" }), "done");
  assert.equal(await getHostName(ctx), "mx.example.org");
  assert.equal(await mx(), "10 mx.example.org");
});

test("a test message is a job that its domain's people see, and others do not", async () => {
  const input = {
    domain: "ours.example",
    to: "someone@elsewhere.example",
    language: "en" as const,
  };
  const refused = await jobs.requestTestMessage(ctx, auditor, input);
  assert.deepEqual(refused, { outcome: "notFound" });
  const asked = await jobs.requestTestMessage(ctx, mei, input);
  assert.ok(asked.outcome === "done");
  const stranger = await person(
    runtime,
    "auditor",
    (await domains.getDomain(ctx, operator, "theirs.example"))?.id,
  );
  assert.equal(await jobs.getJob(ctx, stranger, asked.jobId), null);
  assert.deepEqual((await jobs.listJobs(ctx, stranger)).rows, []);
  for (const actor of [mei, operator, auditor, cliActor])
    assert.equal((await jobs.getJob(ctx, actor, asked.jobId))?.subject, input.to);
});

test("a job is stopped by who may start it; an auditor only looks", async () => {
  const input = {
    domain: "ours.example",
    to: "someone@elsewhere.example",
    language: "zh" as const,
  };
  const asked = await jobs.requestTestMessage(ctx, operator, input);
  assert.ok(asked.outcome === "done");
  assert.equal(await jobs.cancelJob(ctx, auditor, asked.jobId), "notFound");
  assert.equal(await jobs.cancelJob(ctx, mei, asked.jobId), "done");
  assert.equal((await jobs.getJob(ctx, mei, asked.jobId))?.cancelAsked, true);
});

test("the domain to set up next is one that was not seen to be right, of those that the actor may read", async () => {
  const next = (actor = mei) => domains.firstUnsettledDomain(ctx, actor);
  assert.equal(await next(), "ours.example", "nobody has looked yet");
  await ctx.prisma.dnsWatch.updateMany({ data: { checkedAt: new Date() } });
  assert.deepEqual([await next(), await next(operator)], [null, null]);
  const now = new Date();
  const saw = (key: string, need: string, verdict: string, domainId = ours) =>
    ctx.prisma.dnsCheck.create({
      data: {
        ...{ domainId, key, kind: "mx", scope: "domain", group: "receive", need, verdict },
        ...{ name: key, type: "MX", reasons: [], expected: [], found: [], answers: [], facts: {} },
        ...{ ackFound: [], firstAskedAt: now, changedAt: now, checkedAt: now },
      },
    });
  await saw("a", "required-receive", "ok");
  await saw("b", "optional", "missing");
  await saw("c", "required-send", "unknown");
  assert.equal(await next(), null);
  const theirs = await ctx.prisma.domain.findUniqueOrThrow({ where: { name: "theirs.example" } });
  await saw("d", "recommended", "waiting", theirs.id);
  assert.deepEqual([await next(), await next(operator)], [null, "theirs.example"]);
});
