/** Who may publish for a domain, with which credential, and what is kept of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { credentialContext } from "../../lib/mail/dns/credential.ts";
import type { Actor } from "../../lib/service/actor.ts";
import * as publish from "../../lib/service/publish.ts";
import { NewDnsCredential } from "../../lib/schemas/publish.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const SECRET = Buffer.alloc(32, 7).toString("base64");
const rfc2136 = (over: Record<string, string> = {}) =>
  NewDnsCredential.parse({
    ...{ domain: "one.example", provider: "rfc2136", keyName: "Update.One.Example." },
    ...{ algorithm: "hmac-sha256", secret: SECRET, server: "ns1.one.example" },
    ...over,
  });
const token = (over: Record<string, string> = {}) =>
  NewDnsCredential.parse({
    ...{ domain: "one.example", provider: "cloudflare", secret: "cf-token-123456" },
    ...over,
  });

const runtime = await testRuntime();
const one = await newDomain(runtime, "one.example");
const two = await newDomain(runtime, "two.example");
const operator = await person(runtime, "operator");
const admin = await person(runtime, "domain_admin", one);
const stranger = await person(runtime, "domain_admin", two);
const auditor = await person(runtime, "auditor");

const ctx = () => runtime.service;

async function add(actor: Actor, input: NewDnsCredential): Promise<string> {
  const result = await publish.addCredential(ctx(), actor, input);
  assert.equal(result.outcome, "done");
  return result.outcome === "done" ? result.credentialId : "";
}

test("a credential is sealed for its row, tested at once, and its secret is never shown", async () => {
  const id = await add(admin, rfc2136());
  const view = await publish.getPublishView(ctx(), admin, "one.example");
  const shown = view?.credentials.find((credential) => credential.id === id);
  assert.deepEqual(shown?.settings, {
    server: "ns1.one.example",
    keyName: "update.one.example",
    algorithm: "hmac-sha256",
  });
  assert.ok(!JSON.stringify(view).includes(SECRET));
  const row = await ctx().prisma.dnsCredential.findUniqueOrThrow({
    where: { id },
    select: { secret: true, privateNetworks: true },
  });
  assert.equal(ctx().secrets.open(row.secret, credentialContext(id)).toString(), SECRET);
  assert.throws(() => ctx().secrets.open(row.secret, credentialContext("another")));
  assert.equal(row.privateNetworks, false, "a domain admin's does not reach into private networks");
  const jobs = await ctx().prisma.job.findMany({ where: { kind: "dns.test-credential.v1" } });
  assert.equal(jobs.length, 1);
  const lines = await ctx().prisma.auditEntry.findMany({ where: { action: "dns.credential.add" } });
  assert.equal(lines.length, 1);
  assert.ok(!JSON.stringify(lines).includes(SECRET.slice(0, 12)), "not in the audit log");
});

test("auditors, admins of other domains and unknown domains get the same answer", async () => {
  for (const actor of [auditor, stranger]) {
    assert.equal(await publish.getPublishView(ctx(), actor, "one.example"), null);
    const added = await publish.addCredential(ctx(), actor, rfc2136());
    assert.deepEqual(added, { outcome: "notFound" });
  }
  assert.equal(await publish.getPublishView(ctx(), operator, "nowhere.example"), null);
});

test("addresses of one's own choice and credentials for all domains are for operators", async () => {
  assert.deepEqual(
    await publish.addCredential(ctx(), admin, token({ baseUrl: "https://10.0.0.1/api" })),
    { outcome: "operatorsOnly", field: "baseUrl" },
  );
  assert.deepEqual(await publish.addCredential(ctx(), admin, token({ scope: "server" })), {
    outcome: "operatorsOnly",
    field: "scope",
  });
  const id = await add(operator, token({ scope: "server", baseUrl: "https://10.0.0.1/api" }));
  const seen = await publish.getPublishView(ctx(), stranger, "two.example");
  assert.deepEqual(
    seen?.credentials.map((credential) => credential.id),
    [id],
    "for every domain",
  );
  const ref = { domain: "two.example", credentialId: id };
  assert.equal(await publish.removeCredential(ctx(), stranger, ref), "notFound");
  assert.equal(await publish.removeCredential(ctx(), operator, ref), "done");
});

test("a credential of one domain is no credential for another", async () => {
  const id = await add(admin, token());
  const ref = { domain: "two.example", credentialId: id };
  assert.deepEqual(await publish.testCredential(ctx(), stranger, ref), { outcome: "notFound" });
  assert.deepEqual(await publish.askForPreview(ctx(), stranger, { ...ref, replace: [] }), {
    outcome: "notFound",
  });
  assert.equal(await publish.removeCredential(ctx(), stranger, ref), "notFound");
  assert.equal(
    await publish.removeCredential(ctx(), operator, ref),
    "notFound",
    "by its domain only",
  );
});

test("a preview is a job with the records of that moment; a newer one replaces it", async () => {
  const credentialId = await add(admin, token());
  const ask = { domain: "one.example", credentialId, replace: ["mx"] };
  const first = await publish.askForPreview(ctx(), admin, ask);
  const second = await publish.askForPreview(ctx(), admin, ask);
  assert.ok(first.outcome === "done" && second.outcome === "done");
  const rows = await ctx().prisma.dnsPublication.findMany({ where: { credentialId } });
  assert.deepEqual(
    rows.map(({ id }) => id),
    [second.publicationId],
  );
  const wanted = rows[0]?.wanted;
  assert.ok(Array.isArray(wanted) && wanted.length > 8);
  assert.ok(!JSON.stringify(wanted).includes("hostAddress"), "the server's are the operator's");
});

test("only what was previewed can be applied, only what was applied undone, and once", async () => {
  const credentialId = await add(admin, token());
  const asked = await publish.askForPreview(ctx(), admin, {
    ...{ domain: "one.example", credentialId, replace: [] },
  });
  assert.ok(asked.outcome === "done");
  const ref = { domain: "one.example", publicationId: asked.publicationId };
  assert.deepEqual(await publish.applyPublication(ctx(), admin, ref), { outcome: "notNow" });
  const changes = [
    { name: "x.one.example", type: "TXT", before: null, after: { ttl: 60, values: ["a"] } },
  ];
  await ctx().prisma.dnsPublication.update({
    where: { id: asked.publicationId },
    data: { state: "previewed", changes },
  });
  assert.deepEqual(await publish.applyPublication(ctx(), stranger, ref), { outcome: "notFound" });
  assert.deepEqual(
    await publish.applyPublication(ctx(), stranger, { ...ref, domain: "two.example" }),
    { outcome: "notFound" },
  );
  assert.equal((await publish.applyPublication(ctx(), admin, ref)).outcome, "done");
  assert.deepEqual(await publish.applyPublication(ctx(), admin, ref), { outcome: "notNow" });
  assert.deepEqual(await publish.undoPublication(ctx(), admin, ref), { outcome: "notNow" });
  const [line] = await ctx().prisma.auditEntry.findMany({ where: { action: "dns.publish" } });
  assert.deepEqual(line?.changes, { "x.one.example TXT": [[], ["a"]] });
});

test("an operator's preview with records of the server is not for a domain admin to apply", async () => {
  const credentialId = await add(admin, token());
  const asked = await publish.askForPreview(ctx(), operator, {
    ...{ domain: "one.example", credentialId, replace: [] },
  });
  assert.ok(asked.outcome === "done");
  const changes = [
    {
      name: "mail.example.net",
      type: "A",
      before: null,
      after: { ttl: 60, values: ["192.0.2.1"] },
    },
  ];
  await ctx().prisma.dnsPublication.update({
    where: { id: asked.publicationId },
    data: { state: "previewed", changes },
  });
  const ref = { domain: "one.example", publicationId: asked.publicationId };
  assert.deepEqual(await publish.applyPublication(ctx(), admin, ref), { outcome: "notFound" });
  assert.equal((await publish.applyPublication(ctx(), operator, ref)).outcome, "done");
});

test("the server's own records are for operators: seen, published, undone by nobody else", async () => {
  const own = { domain: "" };
  assert.equal(rfc2136(own).domain, null, "the form's empty field is the server");
  for (const actor of [admin, stranger, auditor]) {
    assert.equal(await publish.getPublishView(ctx(), actor, null), null);
    assert.deepEqual(await publish.addCredential(ctx(), actor, rfc2136(own)), {
      outcome: "notFound",
    });
  }
  const id = await add(operator, rfc2136(own));
  const row = await ctx().prisma.dnsCredential.findUniqueOrThrow({ where: { id } });
  assert.deepEqual([row.domainId, row.zones], [null, ["mail.example.net"]], "for its name alone");
  const ofDomain = await publish.getPublishView(ctx(), admin, "one.example");
  assert.ok(!ofDomain?.credentials.some((one) => one.id === id), "it opens no domain");
  const ofServer = await publish.getPublishView(ctx(), operator, null);
  assert.deepEqual(
    ofServer?.credentials.map((one) => one.id),
    [id],
    "a domain's opens the server's name only where it lies in that domain",
  );

  const ask = { domain: null, credentialId: id, replace: [] };
  for (const actor of [admin, auditor])
    assert.deepEqual(await publish.askForPreview(ctx(), actor, ask), { outcome: "notFound" });
  const asked = await publish.askForPreview(ctx(), operator, ask);
  assert.ok(asked.outcome === "done");
  const { publicationId } = asked;
  const publication = await ctx().prisma.dnsPublication.findUniqueOrThrow({
    where: { id: publicationId },
  });
  assert.equal(publication.domainId, null);
  const wanted = publication.wanted as unknown as { name: string; kind: string }[];
  assert.ok(wanted.some(({ kind }) => kind === "hostSpf"));
  assert.ok(!wanted.some(({ name }) => name.endsWith("in-addr.arpa")));
  const changes = [
    {
      name: "mail.example.net",
      type: "A",
      before: null,
      after: { ttl: 60, values: ["192.0.2.1"] },
    },
  ];
  await ctx().prisma.dnsPublication.update({
    where: { id: publicationId },
    data: { state: "previewed", changes },
  });
  const ref = { domain: null, publicationId };
  for (const actor of [admin, stranger, auditor])
    assert.deepEqual(await publish.applyPublication(ctx(), actor, ref), { outcome: "notFound" });
  const asDomains = { domain: "one.example", publicationId };
  assert.deepEqual(await publish.applyPublication(ctx(), operator, asDomains), {
    outcome: "notFound",
  });
  assert.equal((await publish.applyPublication(ctx(), operator, ref)).outcome, "done");
  const line = await ctx().prisma.auditEntry.findFirst({
    where: { action: "dns.publish", domainId: null },
  });
  assert.equal(line?.subject, "mail.example.net");
  for (const actor of [admin, auditor]) {
    assert.deepEqual(await publish.undoPublication(ctx(), actor, ref), { outcome: "notFound" });
    const credential = { domain: null, credentialId: id };
    assert.equal(await publish.removeCredential(ctx(), actor, credential), "notFound");
  }
  await newDomain(runtime, "example.net");
  const inZone = await add(operator, token({ domain: "example.net" }));
  const more = await publish.getPublishView(ctx(), operator, null);
  assert.ok(
    more?.credentials.some((one) => one.id === inZone),
    "it is the same zone",
  );
});

test("forms: what cannot be a server, a key, a secret or an address is refused with its field", () => {
  const problem = (input: object) => {
    const parsed = NewDnsCredential.safeParse(input);
    return parsed.success
      ? null
      : [parsed.error.issues[0]?.path[0], parsed.error.issues[0]?.message];
  };
  const base = { domain: "one.example", provider: "rfc2136", keyName: "k", secret: SECRET };
  const good = { ...base, algorithm: "hmac-sha512", server: "" };
  assert.equal(problem(good), null);
  for (const server of [
    "192.0.2.1",
    "192.0.2.1:5353",
    "[2001:db8::1]:53",
    "2001:db8::1",
    "ns1.one.example:53",
  ]) {
    assert.equal(problem({ ...good, server }), null, server);
  }
  for (const server of ["a b", "192.0.2.1:0", "192.0.2.1:99999", "[192.0.2.1]:53", "http://x/"]) {
    assert.deepEqual(problem({ ...good, server }), ["server", "error.publish.server"], server);
  }
  assert.deepEqual(problem({ ...good, algorithm: "hmac-sha1" }), [
    "algorithm",
    "error.publish.algorithm",
  ]);
  assert.deepEqual(problem({ ...good, algorithm: "hmac-md5" }), [
    "algorithm",
    "error.publish.algorithm",
  ]);
  assert.deepEqual(problem({ ...good, secret: "c2hvcnQ=" }), [
    "secret",
    "error.publish.tsigSecret",
  ]);
  assert.deepEqual(problem({ ...good, secret: "no base64!" }), [
    "secret",
    "error.publish.tsigSecret",
  ]);
  const api = { domain: "one.example", provider: "desec", secret: "0123456789" };
  for (const baseUrl of ["http://dns.example/", "https://u:p@dns.example/", "file:///etc/passwd"]) {
    assert.deepEqual(problem({ ...api, baseUrl }), ["baseUrl", "error.publish.baseUrl"], baseUrl);
  }
  assert.deepEqual(problem({ ...api, secret: "a\nb: c" }), ["secret", "error.publish.token"]);
  assert.deepEqual(problem({ ...api, provider: "acme" }), ["provider", "error.publish.provider"]);
});
