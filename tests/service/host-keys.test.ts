/** Replacing the host's key: who may, when it is refused and why, and what is told and asked for. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { TLSA_SEEN_KEY } from "../../lib/storage/host-key-life.ts";
import { currentHostKey } from "../../lib/storage/host-keys.ts";
import { addCertificate } from "../../lib/storage/certificates.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { newId } from "../../lib/mail/ids.ts";
import { cliActor } from "../../lib/service/actor.ts";
import {
  cancelHostKey,
  getHostKeys,
  prepareHostKey,
  readHostKeys,
  switchHostKey,
} from "../../lib/service/host-keys.ts";
import { setSetting } from "../../lib/storage/settings.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx, pool } = runtime;
const HOST = "mail.example.net";
const HOUR = 3_600_000;
const operator = await person(runtime, "operator");

beforeEach(async () => {
  await pool.query("DELETE FROM managed_certificate");
  await pool.query("DELETE FROM certificate");
  await pool.query("DELETE FROM host_key");
  await pool.query("DELETE FROM setting WHERE key = $1", [TLSA_SEEN_KEY]);
  await currentHostKey(pool, ctx.secrets);
});

const prepare = () => prepareHostKey(ctx, operator, { algorithm: "ecdsa-p256" });
const outcome = async () => (await switchHostKey(ctx, operator)).outcome;
const next = async () => (await readHostKeys(ctx)).keys.find(({ state }) => state === "next");

/** As an engine's look writes it. */
async function saw(published: "yes" | "no", sight: { visibleFor?: number } = {}): Promise<void> {
  const at = new Date();
  const lastPublishedAt = published === "yes" ? at.toISOString() : null;
  const value = { at: at.toISOString(), published, ttl: 3600, lastPublishedAt, names: [] };
  await setSetting(ctx.prisma, TLSA_SEEN_KEY, value);
  const { visibleFor } = sight;
  const visibleSince = visibleFor === undefined ? null : new Date(at.getTime() - visibleFor);
  await ctx.prisma.hostKey.updateMany({
    where: { state: "next" },
    data: { lookedAt: at, seenTtl: 3600, visibleSince, lastSeenAt: visibleSince && at },
  });
}

test("operators may; an auditor may look, an admin of a domain may not even that", async () => {
  const auditor = await person(runtime, "auditor");
  const admin = await person(runtime, "domain_admin", await newDomain(runtime, "ours.example"));
  for (const actor of [auditor, admin]) {
    const form = { algorithm: "ecdsa-p256" } as const;
    assert.equal(await prepareHostKey(ctx, actor, form), "notAllowed");
    assert.equal((await switchHostKey(ctx, actor)).outcome, "notAllowed");
    assert.equal(await cancelHostKey(ctx, actor), "notAllowed");
  }
  assert.ok(await getHostKeys(ctx, auditor));
  assert.equal(await getHostKeys(ctx, admin), null);
  assert.equal((await readHostKeys(ctx)).keys.length, 1);
});

test("one key is prepared at a time, told of, and looked for at once", async () => {
  const both = await Promise.all([prepare(), prepare()]);
  assert.deepEqual(both.toSorted(), ["done", "underWay"]);
  const told = await ctx.prisma.auditEntry.findMany({ where: { action: "hostKey.prepare" } });
  assert.deepEqual(
    told.map(({ actorName, subject, changes }) => [actorName, subject, changes]),
    [[operator.name, HOST, { next: [null, "ecdsa-p256"] }]],
  );
  const jobs = await ctx.prisma.job.findMany({ where: { kind: "host-key.advance.v1" } });
  assert.equal(jobs.length, 1);
});

test("nothing secret leaves: not the console's client, not the answers, not the audit", async () => {
  await prepare();
  const row = await ctx.prisma.hostKey.findFirst();
  assert.ok(row && !("privateKey" in row));
  const all = JSON.stringify([await readHostKeys(ctx), await ctx.prisma.auditEntry.findMany()]);
  assert.doesNotMatch(all, /private/i);
});

test("a switch is refused with its reason until senders have seen the key for two TTLs", async () => {
  assert.equal(await outcome(), "none");
  await prepare();
  assert.equal(await outcome(), "notLooked");
  await saw("yes");
  assert.equal(await outcome(), "notVisible");
  await saw("yes", { visibleFor: 2 * HOUR - 60_000 });
  const early = await switchHostKey(ctx, operator);
  assert.equal(early.outcome, "tooEarly");
  const left = early.outcome === "tooEarly" ? early.at.getTime() - Date.now() : 0;
  assert.ok(left > 0 && left <= 60_000, "and when it will be possible");
  assert.equal((await next())?.readyAt, null);

  await saw("yes", { visibleFor: 2 * HOUR });
  assert.deepEqual(await switchHostKey(ctx, operator), { outcome: "done", why: "visible" });
  assert.ok((await next())?.readyAt);
});

test("where no TLSA is published it may be at once, and the answer says so", async () => {
  await prepare();
  await saw("no");
  assert.deepEqual(await switchHostKey(ctx, operator), { outcome: "done", why: "unpublished" });
});

test("a certificate of the authority is asked for now, one brought by a person is not replaced", async () => {
  const key = await currentHostKey(pool, ctx.secrets);
  const certificate = await selfSigned([HOST], { keyPem: key.privateKeyPem });
  const given = { certificate, hostKeyId: key.id };
  const id = await addCertificate(pool, ctx.secrets, { ...given, source: "acme" });
  const later = new Date(Date.now() + 24 * HOUR);
  await ctx.prisma.managedCertificate.create({
    data: { id: newId(), names: [HOST], certificateId: id, state: "issued", nextAt: later },
  });
  await prepare();
  await saw("no");
  assert.equal(await outcome(), "done");
  const [managed] = await ctx.prisma.managedCertificate.findMany();
  assert.ok(managed && managed.nextAt <= new Date());

  await addCertificate(pool, ctx.secrets, { ...given, source: "uploaded" });
  assert.equal(await outcome(), "person");
});

test("a next key that is cancelled needs no TLSA any more; there is nothing to cancel twice", async () => {
  await prepare();
  assert.equal(await cancelHostKey(ctx, cliActor), "done");
  assert.equal(await cancelHostKey(ctx, cliActor), "none");
  const [, old] = (await readHostKeys(ctx)).keys;
  assert.deepEqual([old?.state, old?.releasedAt !== null], ["retired", true]);
  assert.equal(await prepare(), "done");
});
