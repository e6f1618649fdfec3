import assert from "node:assert/strict";
import { test } from "node:test";
import { DNS_HOSTS } from "./dns-hosts.ts";
import {
  detectDnsHost,
  entryNames,
  findDnsHost,
  hostOf,
  nameForHost,
  OTHER_HOST,
  trapsFor,
  zoneToEnter,
} from "./providers.ts";

const EXAMPLES: Readonly<Record<string, string>> = {
  "ada.ns.cloudflare.com.": "cloudflare",
  "NS-1234.awsdns-56.co.uk": "route53",
  "ns-1.awsdns-00.com": "route53",
  "ns-cloud-a1.googledomains.com": "googlecloud",
  "ns1-05.azure-dns.com": "azure",
  "f1g1ns1.dnspod.net": "dnspod",
  "ns3.dnsv2.com": "dnspod",
  "dns9.hichina.com": "alidns",
  "vip1.alidns.com": "alidns",
  "ns1.huaweicloud-dns.com": "huaweicloud",
  "dns1.registrar-servers.com": "namecheap",
  "ns-12-a.gandi.net": "gandi",
  "dns10.ovh.net": "ovh",
  "hydrogen.ns.hetzner.com": "hetzner",
  "ns1045.ui-dns.biz": "ionos",
  "curitiba.ns.porkbun.com": "porkbun",
  "ns1.dnsimple.com": "dnsimple",
  "ns3.digitalocean.com": "digitalocean",
  "ns2.desec.org": "desec",
  "pns41.cloudns.net": "cloudns",
  "ns51.domaincontrol.com": "godaddy",
  "ns.inwx.de": "inwx",
  "second-dns.netcup.net": "netcup",
  "shades01.rzone.de": "strato",
  "ns1.vercel-dns.com": "vercel",
  "kiki.bunny.net": "bunny",
  "ns1.linode.com": "linode",
  "ns2.vultr.com": "vultr",
};

test("a DNS host is known by its servers, whatever the case and the final dot", () => {
  for (const [server, id] of Object.entries(EXAMPLES)) {
    const { host, others } = detectDnsHost([server, "ns.elsewhere.example"]);
    assert.equal(host?.id, id, server);
    assert.deepEqual(others, [], server);
  }
});

test("nothing is claimed of servers that only look similar", () => {
  for (const server of [
    "ns.cloudflare.com.example.org",
    "cloudflare.com",
    "myawsdns-56.com.example",
    "ns1.notdesec.io",
    "ovh.net.example",
  ]) {
    assert.equal(detectDnsHost([server]).host, null, server);
  }
  assert.equal(detectDnsHost([]).host, null);
});

test("what somebody chose counts before what the servers tell, until it is unknown", () => {
  const servers = ["ada.ns.cloudflare.com"];
  assert.equal(hostOf(null, servers)?.id, "cloudflare");
  assert.equal(hostOf("desec", servers)?.id, "desec");
  assert.equal(hostOf(OTHER_HOST, servers), null);
  assert.equal(hostOf("gone-from-the-list", servers)?.id, "cloudflare");
});

test("a zone at two hosts tells both", () => {
  const { host, others } = detectDnsHost(["ns1.desec.io", "ada.ns.cloudflare.com"]);
  assert.deepEqual([host?.id, ...others.map(({ id }) => id)].sort(), ["cloudflare", "desec"]);
});

test("ids are unique, and each is found again", () => {
  assert.equal(new Set(DNS_HOSTS.map(({ id }) => id)).size, DNS_HOSTS.length);
  for (const host of DNS_HOSTS) assert.equal(findDnsHost(host.id), host);
});

test("names are given as the form wants them", () => {
  const [cloudflare, route53, hurricane] = ["cloudflare", "route53", "hurricane"].map(findDnsHost);
  const zone = "example.com";
  assert.equal(nameForHost(cloudflare ?? null, "example.com", zone), "@");
  assert.equal(nameForHost(route53 ?? null, "example.com", zone), "");
  assert.equal(nameForHost(cloudflare ?? null, "_dmarc.example.com", zone), "_dmarc");
  assert.equal(nameForHost(hurricane ?? null, "_dmarc.example.com", zone), "_dmarc.example.com");
  assert.equal(nameForHost(null, "_dmarc.example.com", zone), "_dmarc");
  assert.equal(nameForHost(null, "notexample.com", zone), "notexample.com");
});

test("of a host's traps one hears of those that lie in wait for this record", () => {
  const traps = (id: string, type: string, more: Partial<Parameters<typeof trapsFor>[1]> = {}) =>
    trapsFor(findDnsHost(id), { kind: "mx", type, text: "", ttl: 3600, ...more });
  assert.deepEqual(traps("cloudflare", "CNAME"), ["proxy"]);
  assert.deepEqual(traps("cloudflare", "TXT"), []);
  assert.deepEqual(traps("godaddy", "TXT", { kind: "spf" }), ["oneSpf"]);
  assert.deepEqual(traps("godaddy", "TXT", { kind: "dmarc" }), []);
  assert.deepEqual(traps("namecheap", "MX"), ["mailSection"]);
  assert.deepEqual(traps("desec", "TXT"), []);
  assert.deepEqual(traps("desec", "TXT", { ttl: 300 }), ["minTtl"]);
  assert.deepEqual(trapsFor(null, { kind: "mx", type: "MX", text: "", ttl: 3600 }), []);
});

test("records are entered in the zone that holds the domain, and not in a registry's", () => {
  const zone = (apex: string | null, over: object = {}) => {
    return { apex, exists: true, parentServers: ["ns.own.example"], ownServers: [], ...over };
  };
  const entered = (domain: string, facts: ReturnType<typeof zone> | null) =>
    zoneToEnter(domain, facts);
  assert.equal(entered("mail.example.com", zone("example.com")), "example.com");
  assert.equal(entered("example.com", zone("example.com")), "example.com");
  assert.equal(entered("example.com", null), "example.com");
  assert.equal(entered("example.com", zone(null)), "example.com");
  // Not delegated yet.
  const none = { exists: false };
  assert.equal(entered("example.com", zone("com", none)), "example.com");
  assert.equal(entered("example.com.cn", zone("com.cn", none)), "example.com.cn");
  const hosted = { exists: false, parentServers: ["ada.ns.cloudflare.com"] };
  assert.equal(entered("mail.example.com", zone("example.com", hosted)), "example.com");
});

test("every page asks in one place how names are entered: below the zone, in the host's way", () => {
  const facts = (apex: string, server: string) => {
    return { apex, exists: true, parentServers: [server], ownServers: [] };
  };
  const above = entryNames(
    { name: "mail.example.com", dnsHost: null },
    facts("example.com", "ns.own.example"),
  );
  assert.equal(above.zone, "example.com");
  assert.equal(above.short("mail.example.com"), "mail");
  assert.equal(above.short("_dmarc.mail.example.com"), "_dmarc.mail");
  assert.equal(above.short("mx.other.example"), "mx.other.example", "entered somewhere else");
  const full = entryNames(
    { name: "example.com", dnsHost: null },
    facts("example.com", "ns1.he.net"),
  );
  assert.equal(full.usual, "full");
  assert.deepEqual(
    [full.short("_dmarc.example.com"), full.entered("_dmarc.example.com")],
    ["_dmarc", "_dmarc.example.com"],
  );
  const unknown = entryNames({ name: "example.com", dnsHost: null }, null);
  assert.deepEqual([unknown.usual, unknown.short("example.com")], ["relative", "@"]);
});
