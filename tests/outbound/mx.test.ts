import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createResolver } from "../../engine/dns/resolver.ts";
import { lookupAddresses, lookupMx } from "../../engine/outbound/mx.ts";
import type { Resolver } from "../../lib/mail/ports.ts";
import { startDnsServer, type DnsServerForTests } from "../support/dns-server.ts";

let dns: DnsServerForTests;
let resolver: Resolver;
before(async () => {
  dns = await startDnsServer();
  resolver = createResolver({ servers: [dns.address], tryMs: 500, budgetMs: 1_000 });
});
after(() => dns.close());

const mx = (preference: number, exchange: string) => ({ preference, exchange });
async function hosts(domain: string, options = {}): Promise<string> {
  const found = await lookupMx(resolver, domain, options);
  return found.kind === "hosts"
    ? found.hosts.map((host) => host.name).join(" ")
    : `${found.outcome} ${found.code} ${found.enhanced}`;
}

test("hosts come by preference, equal ones in chance order", async () => {
  dns.zone["a.example"] = { MX: [mx(20, "c"), mx(10, "a"), mx(10, "b"), mx(30, "d")] };
  assert.equal(await hosts("a.example", { random: () => 0 }), "a b c d");
  let lot = 1;
  assert.equal(await hosts("a.example", { random: () => (lot -= 0.1) }), "b a c d");
});

test("without MX the domain itself, if it has an address", async () => {
  dns.zone["v4.example"] = { A: ["192.0.2.1"] };
  dns.zone["v6.example"] = { AAAA: ["2001:db8::1"] };
  dns.zone["bare.example"] = { TXT: ["x"] };
  assert.equal(await hosts("v4.example"), "v4.example");
  assert.equal(await hosts("v6.example"), "v6.example");
  assert.equal(await hosts("bare.example"), "failed 550 5.4.4");
});

test("null MX refuses for good; beside a real MX it says nothing", async () => {
  dns.zone["null.example"] = { MX: [mx(0, ".")] };
  dns.zone["half.example"] = { MX: [mx(0, "."), mx(10, "mx.half.example")] };
  assert.equal(await hosts("null.example"), "failed 556 5.1.10");
  assert.equal(await hosts("half.example"), "mx.half.example");
});

test("no such domain is final; servers that cannot say are not", async () => {
  dns.failures
    .set("s.example", "servfail")
    .set("t.example", "timeout")
    .set("i.example AAAA", "servfail");
  dns.zone["i.example"] = {};
  assert.equal(await hosts("gone.example"), "failed 550 5.1.2");
  for (const name of ["s.example", "t.example", "i.example"])
    assert.equal(await hosts(name), "deferred 451 4.4.3", name);
});

test("we leave out ourselves and whoever ranks behind us", async () => {
  const ownNames = ["mail.us.example"];
  dns.zone["backup.example"] = {
    MX: [
      mx(10, "mx.backup.example"),
      mx(20, "Mail.Us.Example"),
      mx(20, "peer.example"),
      mx(30, "z"),
    ],
  };
  dns.zone["circle.example"] = { MX: [mx(10, "mail.us.example"), mx(20, "peer.example")] };
  assert.equal(await hosts("backup.example", { ownNames }), "mx.backup.example");
  assert.equal(await hosts("circle.example", { ownNames }), "failed 554 5.4.6");
});

test("address literals are hosts of their own", async () => {
  assert.equal(await hosts("[192.0.2.1]"), "[192.0.2.1]");
  assert.deepEqual(await lookupAddresses(resolver, "[192.0.2.1]"), ["192.0.2.1"]);
  assert.deepEqual(await lookupAddresses(resolver, "[IPv6:2001:db8::1]"), ["2001:db8::1"]);
  assert.equal(await hosts("[nonsense]"), "failed 553 5.1.3");
});

test("addresses take turns by family", async () => {
  dns.zone["mx.example"] = { A: ["192.0.2.1", "192.0.2.2"], AAAA: ["2001:db8::1"] };
  const found = await lookupAddresses(resolver, "mx.example");
  assert.deepEqual(found, ["2001:db8::1", "192.0.2.1", "192.0.2.2"]);
});
