/** Where a domain's DNS is, chosen by hand: who may, and that it is kept and written down. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SetDnsHost } from "../../lib/schemas/domains.ts";
import { getDnsHost, setDnsHost } from "../../lib/service/dns-host.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const domain = "ours.example";
const domainId = await newDomain(runtime, domain);
const otherId = await newDomain(runtime, "other.example");
const admin = await person(runtime, "domain_admin", domainId);
const stranger = await person(runtime, "domain_admin", otherId);
const auditor = await person(runtime, "auditor", domainId);
const choose = (host: string) => SetDnsHost.parse({ domain, host });

test("an administrator chooses, takes it back, and each is in the log once", async () => {
  assert.equal(await setDnsHost(ctx, admin, choose("desec")), "done");
  assert.equal(await setDnsHost(ctx, admin, choose("desec")), "done");
  assert.equal((await getDnsHost(ctx, admin, domain))?.domain.dnsHost, "desec");
  assert.equal(await setDnsHost(ctx, admin, choose("")), "done");
  assert.equal((await getDnsHost(ctx, admin, domain))?.domain.dnsHost, null);
  const log = await ctx.prisma.auditEntry.findMany({
    where: { domainId, action: "domain.dnsHost" },
    orderBy: { at: "asc" },
  });
  assert.deepEqual(
    log.map(({ changes }) => changes),
    [{ dnsHost: [null, "desec"] }, { dnsHost: ["desec", null] }],
  );
});

test("an auditor sees it and may not; the admin of another domain does not see it", async () => {
  assert.equal((await getDnsHost(ctx, auditor, domain))?.may, false);
  assert.equal(await setDnsHost(ctx, auditor, choose("desec")), "notFound");
  assert.equal(await getDnsHost(ctx, stranger, domain), null);
  assert.equal(await setDnsHost(ctx, stranger, choose("desec")), "notFound");
  assert.equal((await getDnsHost(ctx, admin, domain))?.domain.dnsHost, null);
});

test("what is not on the list is refused beside the field", () => {
  const result = SetDnsHost.safeParse({ domain, host: "nobody" });
  assert.deepEqual(
    result.error?.issues.map(({ path, message }) => [path[0], message]),
    [["host", "error.dnsHost"]],
  );
});
