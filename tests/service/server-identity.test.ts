/** The server's name, addresses and ports: operators set them, nobody else, and the world is looked at anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HostName } from "../../lib/schemas/forms.ts";
import { AnnouncedPorts, ServerAddresses } from "../../lib/schemas/server.ts";
import { newId } from "../../lib/mail/ids.ts";
import { checkNow, getServerChecks } from "../../lib/service/dns-checks.ts";
import * as identity from "../../lib/service/server-identity.ts";
import { keepDetected } from "../../lib/storage/server-profile.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx, pool } = runtime;
const domainId = await newDomain(runtime, "ours.example");
const operator = await person(runtime, "operator");
const others = [
  await person(runtime, "domain_admin", domainId),
  await person(runtime, "auditor"),
  await person(runtime, "auditor", domainId),
];

const typed = (addresses: string) => ServerAddresses.parse({ addresses });
const PORTS = { submissions: "4465", submission: "", imaps: "4993", imap: "", pop3s: "", pop3: "" };
const server = async () => (await getServerChecks(ctx, operator))?.server;
const audited = (action: string) => ctx.prisma.auditEntry.findFirst({ where: { action } });

await keepDetected(pool, { machine: "one", interfaces: ["198.51.100.7"], resolved: [] });

test("operators name the server, set its addresses and ports; each is audited", async () => {
  assert.equal((await server())?.addressSource, "interfaces");
  const hostName = HostName.parse({ hostName: "MX.Example.org" });
  assert.equal(await identity.setHostName(ctx, operator, hostName), "done");
  assert.equal(
    await identity.setAddresses(ctx, operator, typed("203.0.113.9\n2001:DB8::9")),
    "done",
  );
  assert.equal(
    await identity.setAnnouncedPorts(ctx, operator, AnnouncedPorts.parse(PORTS)),
    "done",
  );
  const now = await server();
  assert.deepEqual(
    [now?.hostName, now?.ipv4, now?.ipv6, now?.addressSource],
    ["mx.example.org", ["203.0.113.9"], ["2001:db8::9"], "set"],
  );
  assert.deepEqual([now?.services.submissions, now?.services.pop3s], [4465, null]);
  for (const action of ["server.hostName", "server.addresses", "server.services"])
    assert.ok(await audited(action), action);
  const view = await getServerChecks(ctx, operator);
  assert.ok(view?.records.some(({ id }) => id === "hostPointer:203.0.113.9"));
});

test("no address by hand: what the engine finds counts again", async () => {
  assert.equal(await identity.setAddresses(ctx, operator, typed(" ")), "done");
  const now = await server();
  assert.deepEqual([now?.ipv4, now?.addressSource], [["198.51.100.7"], "interfaces"]);
});

test("a change has the server looked at as soon as an engine has time", async () => {
  const far = new Date(Date.now() + 3_600_000);
  const times = { nextAt: far, nextFullAt: far, startedAt: new Date(0) };
  await ctx.prisma.dnsWatch.deleteMany({ where: { domainId: null } });
  await ctx.prisma.dnsWatch.create({ data: { id: newId(), domainId: null, ...times } });
  await identity.setAddresses(ctx, operator, typed("203.0.113.10"));
  const watch = await ctx.prisma.dnsWatch.findFirst({ where: { domainId: null } });
  assert.ok(watch && watch.nextAt < far && watch.startedAt.getTime() > 0);
});

test("an auditor of the server reads it and may change nothing; others do not even see it", async () => {
  const before = await server();
  for (const actor of others) {
    const hostName = { hostName: "stolen.example" };
    assert.equal(await identity.setHostName(ctx, actor, hostName), "notAllowed");
    assert.equal(await identity.setAddresses(ctx, actor, typed("203.0.113.66")), "notAllowed");
    const ports = AnnouncedPorts.parse(PORTS);
    assert.equal(await identity.setAnnouncedPorts(ctx, actor, ports), "notAllowed");
    assert.deepEqual(await checkNow(ctx, actor, { subject: null }), { outcome: "notFound" });
  }
  const [admin, auditor, ofDomain] = others;
  assert.ok(admin && auditor && ofDomain);
  for (const actor of [admin, ofDomain]) assert.equal(await getServerChecks(ctx, actor), null);
  const seen = await getServerChecks(ctx, auditor);
  assert.deepEqual([seen?.server, seen?.mayCheck], [before, false]);
  assert.deepEqual(await server(), before);
});

test("addresses and ports that cannot be are refused with their sentence", () => {
  const saidOf = (addresses: string) =>
    ServerAddresses.safeParse({ addresses }).error?.issues[0]?.message;
  assert.equal(saidOf("mail.example.org"), "error.addresses.invalid");
  assert.equal(saidOf("203.0.113.7 10.0.0.1"), "error.addresses.private");
  assert.equal(saidOf("fe80::1%eth0"), "error.addresses.invalid");
  const many = Array.from({ length: 17 }, (_, n) => `203.0.113.${n + 1}`);
  assert.equal(saidOf(many.join("\n")), "error.addresses.tooMany");
  assert.equal(saidOf(many.slice(1).join(", ")), undefined);
  for (const imap of ["0", "65536", "-1", "14x", "1e3"])
    assert.equal(
      AnnouncedPorts.safeParse({ ...PORTS, imap }).error?.issues[0]?.message,
      "error.port.invalid",
      imap,
    );
});
