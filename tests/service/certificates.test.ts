/** Certificates in the console: who may set up an authority, agree, ask now; what is told, what stays secret. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { readAcmeAccount } from "../../lib/storage/acme-accounts.ts";
import { noteDirectory, noteRegistered } from "../../lib/storage/acme-accounts.ts";
import { syncManaged } from "../../lib/storage/managed-certificates.ts";
import { addCertificate } from "../../lib/storage/certificates.ts";
import { SetUpAuthority } from "../../lib/schemas/certificates.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import {
  agreeToTerms,
  getCertificates,
  getDomainCertificates,
  renewNow,
  setUpAuthority,
  turnOffAuthority,
} from "../../lib/service/certificates.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx, pool } = runtime;
const HOST = "mail.example.net";
const DIRECTORY = "https://ca.example/directory";
const TERMS = "https://ca.example/terms/1";
const ours = await newDomain(runtime, "ours.example");
await newDomain(runtime, "theirs.example");
const operator = await person(runtime, "operator");
const auditor = await person(runtime, "auditor");
const admin = await person(runtime, "domain_admin", ours);

beforeEach(async () => {
  for (const table of ["managed_certificate", "certificate", "acme_account"])
    await pool.query(`DELETE FROM ${table}`);
});

const form = (more: object = {}) =>
  SetUpAuthority.parse({ authority: "other", directoryUrl: DIRECTORY, ...more });
const account = async () => (await getCertificates(ctx, operator))?.account ?? null;

/** As the engine's job writes it. */
async function answered(): Promise<string> {
  const id = (await account())?.id ?? assert.fail("no account");
  await noteDirectory(pool, id, { termsUrl: TERMS, caaIdentities: ["ca.example"] });
  return id;
}

test("only operators set an authority up, agree, turn off; an auditor reads, an admin does not", async () => {
  for (const actor of [auditor, admin]) {
    assert.deepEqual(await setUpAuthority(ctx, actor, form()), { outcome: "notAllowed" });
    assert.equal(await account(), null);
  }
  assert.equal((await setUpAuthority(ctx, operator, form())).outcome, "done");
  await answered();
  for (const actor of [auditor, admin]) {
    assert.deepEqual(await agreeToTerms(ctx, actor, { termsUrl: TERMS }), {
      outcome: "notAllowed",
    });
    assert.equal(await turnOffAuthority(ctx, actor), "notAllowed");
  }
  assert.equal((await account())?.termsAgreedAt, null);
  assert.ok(await getCertificates(ctx, auditor));
  assert.equal(await getCertificates(ctx, admin), null);
});

test("keys are sealed, and neither views nor audit lines hold a secret", async () => {
  const eabKey = "c2VjcmV0LXNlY3JldC1zZWNyZXQ";
  await setUpAuthority(
    ctx,
    operator,
    form({ eabKid: "kid-1", eabKey, contact: "Ann@Example.org" }),
  );
  const opened = await readAcmeAccount(pool, ctx.secrets);
  assert.deepEqual(opened?.external, { kid: "kid-1", macKey: eabKey });
  const { rows } = await pool.query("SELECT * FROM acme_account");
  const everything = JSON.stringify([
    ...[await getCertificates(ctx, operator), rows],
    await ctx.prisma.auditEntry.findMany(),
  ]);
  assert.ok(!everything.includes(eabKey));
  assert.equal((await account())?.eabKid, "kid-1");
  // Without the key anew it stays; with another id there is none.
  await setUpAuthority(ctx, operator, form({ eabKid: "kid-1" }));
  assert.equal((await readAcmeAccount(pool, ctx.secrets))?.external?.macKey, eabKey);
  await setUpAuthority(ctx, operator, form({ eabKid: "kid-2" }));
  assert.equal((await readAcmeAccount(pool, ctx.secrets))?.external, null);
});

test("terms are agreed to in the version that was shown, by a person, with an audit line", async () => {
  assert.deepEqual(await agreeToTerms(ctx, operator, { termsUrl: TERMS }), { outcome: "none" });
  await setUpAuthority(ctx, operator, form());
  const id = await answered();
  const other = { termsUrl: "https://ca.example/terms/0" };
  assert.deepEqual(await agreeToTerms(ctx, operator, other), { outcome: "otherTerms" });
  assert.equal((await agreeToTerms(ctx, operator, { termsUrl: TERMS })).outcome, "done");
  assert.equal((await account())?.termsAgreedBy, operator.name);
  assert.equal(await ctx.prisma.auditEntry.count({ where: { action: "acme.agree" } }), 1);
  // The authority writes others: nobody has agreed to those.
  await noteDirectory(pool, id, { termsUrl: "https://ca.example/terms/2", caaIdentities: [] });
  assert.equal((await account())?.termsAgreedAt, null);
});

test("one authority is in use; one that was in use before keeps its account", async () => {
  await setUpAuthority(ctx, operator, form());
  const first = await answered();
  await noteRegistered(pool, first, "https://ca.example/acct/1");
  await setUpAuthority(ctx, operator, SetUpAuthority.parse({ authority: "letsencrypt" }));
  assert.match((await account())?.directoryUrl ?? "", /letsencrypt/);
  assert.equal(await turnOffAuthority(ctx, operator), "done");
  assert.equal(await turnOffAuthority(ctx, operator), "none");
  await setUpAuthority(ctx, operator, form());
  assert.equal((await account())?.id, first);
  assert.equal((await account())?.accountUrl, "https://ca.example/acct/1");
});

test("what shall have a certificate follows from rows", async () => {
  const names = async () =>
    ((await getCertificates(ctx, operator))?.managed ?? []).map(({ name }) => name).sort();
  const sync = () => syncManaged(pool, HOST, new Date());
  await ctx.prisma.domain.updateMany({ data: { mtaStsMode: "none" } });
  await sync();
  const both = ["ours.example", "theirs.example"];
  const clients = both.flatMap((name) => [`autoconfig.${name}`, `autodiscover.${name}`]);
  assert.deepEqual(await names(), [...clients, HOST].sort());
  await ctx.prisma.domain.update({ where: { id: ours }, data: { mtaStsMode: "testing" } });
  await sync();
  assert.ok((await names()).includes("mta-sts.ours.example"));
  // A person brought one: the authority is not asked.
  const certificate = await selfSigned(["*.theirs.example", HOST]);
  await addCertificate(pool, ctx.secrets, { certificate, source: "uploaded" });
  await sync();
  assert.deepEqual(await names(), [
    "autoconfig.ours.example",
    "autodiscover.ours.example",
    "mta-sts.ours.example",
  ]);
  await ctx.prisma.domain.update({ where: { id: ours }, data: { mtaStsMode: "none" } });
  await sync();
  assert.ok(!(await names()).includes("mta-sts.ours.example"));
});

test("who looks after a domain sees its names and no others", async () => {
  await syncManaged(pool, HOST, new Date());
  const seen = await getDomainCertificates(ctx, admin, "ours.example");
  assert.ok(seen && seen.managed.length >= 2);
  assert.ok(seen.managed.every(({ name }) => name.endsWith(".ours.example")));
  assert.equal(await getDomainCertificates(ctx, admin, "theirs.example"), null);
  assert.equal(await getDomainCertificates(ctx, admin, "nowhere.example"), null);
});

test("asking now: operators, with an account, not while the authority asks for patience", async () => {
  await syncManaged(pool, HOST, new Date());
  assert.deepEqual(await renewNow(ctx, operator, { name: HOST }), { outcome: "noAccount" });
  await setUpAuthority(ctx, operator, form());
  await noteRegistered(pool, await answered(), "https://ca.example/acct/1");
  const own = { name: "autoconfig.ours.example" };
  for (const actor of [auditor, admin])
    assert.deepEqual(await renewNow(ctx, actor, own), { outcome: "notFound" });
  assert.deepEqual(await renewNow(ctx, operator, { name: "x.example" }), { outcome: "notFound" });
  assert.deepEqual(await renewNow(ctx, operator, own), { outcome: "done" });
  const told = await ctx.prisma.auditEntry.findMany({ where: { action: "certificate.renew" } });
  assert.deepEqual(
    told.map(({ subject, domainId }) => [subject, domainId]),
    [[own.name, ours]],
  );
  const at = new Date(Date.now() + 3_600_000);
  const lastError = { key: "acme.rateLimited", params: {} };
  await ctx.prisma.managedCertificate.updateMany({ data: { lastError, nextAt: at } });
  assert.deepEqual(await renewNow(ctx, operator, own), { outcome: "tooEarly", at });
});

test("forms: https alone, known methods, roots that are certificates", () => {
  const refused = (more: object) => SetUpAuthority.safeParse({ authority: "other", ...more });
  for (const directoryUrl of ["http://ca.example/d", "ca.example", "https://u:p@ca.example/", ""])
    assert.ok(!refused({ directoryUrl }).success, directoryUrl);
  for (const more of [
    { methods: "" },
    { methods: "http-02" },
    { rootsPem: "hello" },
    { eabKey: "ä" },
  ])
    assert.ok(!refused({ directoryUrl: DIRECTORY, ...more }).success, JSON.stringify(more));
  assert.deepEqual(form({ methods: "dns-01, http-01,dns-01" }).methods, ["dns-01", "http-01"]);
});
