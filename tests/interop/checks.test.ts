/**
 * The checks before real name servers (knot, bind9, a validating unbound): the zone file that we generate makes
 * every check right, and what people do to it afterwards is told apart.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createObserver, type ClosableObserver } from "../../engine/dns/observer.ts";
import { createResolver } from "../../engine/dns/resolver.ts";
import { en } from "../../lib/i18n/dns-records.ts";
import type { CheckResult } from "../../lib/mail/dns/check.ts";
import { checkRecords } from "../../lib/mail/dns/checks/index.ts";
import { expectedRecords, serverRecords } from "../../lib/mail/dns-records.ts";
import type { DomainSettings, ServerSettings } from "../../lib/mail/dns/settings.ts";
import { formatZone } from "../../lib/mail/zone-file.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { KEYS, reasonsOf } from "../support/dns-published.ts";

const skip = missingDnsLab();

const server: ServerSettings = {
  hostName: "mail.host.test",
  ipv4: ["192.0.2.25"],
  ipv6: ["2001:db8::25"],
  tlsa: [1, 2].map((octet) => ({
    ...{ usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32, octet) },
  })),
  issuer: {
    ...{ issuer: "ca.test", accountUri: "https://ca.test/acct/1" },
    validationMethods: ["http-01", "tls-alpn-01"],
  },
};
const domainOf = (name: string, more: Partial<DomainSettings> = {}): DomainSettings => ({
  ...{ name, mtaStsMode: "enforce", mtaStsId: "20261125T120000" },
  ...more,
});
/** One key stands in the domain's zone, the other behind an alias in the host's. */
const keysOf = (name: string) =>
  KEYS.map((key, at) => (at === 0 ? key : { ...key, target: `${key.selector}.${name}.host.test` }));

const recordsOf = (domain: DomainSettings) =>
  expectedRecords({ domain, dkim: keysOf(domain.name), ...server });
const say = (key: keyof typeof en) => en[key];

const SHOP = domainOf("shop.test", {
  dmarc: {
    p: "reject",
    sp: "quarantine",
    rua: ["dmarc@shop.test"],
    ruf: ["ruf@shop.test"],
    fo: ["1"],
  },
  bimi: { location: "https://shop.test/logo.svg" },
});
const NAMES = ["plain.test", "split.test", "bogus.test", "half.test", "parent.test"] as const;

let lab: DnsLab;
let observer: ClosableObserver;

before(async () => {
  if (skip) return;
  const zone = (domain: DomainSettings) => formatZone(domain.name, recordsOf(domain), { say });
  const targets = [SHOP, ...NAMES.map((name) => domainOf(name))].flatMap((domain) =>
    recordsOf(domain).filter(({ kind }) => kind === "dkimTarget"),
  );
  const host = [...serverRecords(server), ...targets];
  const pointers = host.filter(({ kind }) => kind === "hostPointer");
  const reverse = (at: number, apex: string) =>
    `${pointers[at]?.name.slice(0, -apex.length - 1)} PTR mail.host.test.`;
  const six = "8.b.d.0.1.0.0.2.ip6.arpa";
  lab = await startDnsLab([
    { name: "host.test", dnssec: "signed", text: formatZone("host.test", host, { say }) },
    { name: "shop.test", dnssec: "signed", servers: ["b", "a"], text: zone(SHOP) },
    { name: "plain.test", text: zone(domainOf("plain.test")) },
    { name: "split.test", independent: true, text: zone(domainOf("split.test")) },
    { name: "bogus.test", dnssec: "bogus", text: zone(domainOf("bogus.test")) },
    { name: "half.test", servers: ["a", "silent"], text: zone(domainOf("half.test")) },
    { name: "parent.test", text: zone(domainOf("parent.test")) },
    { name: "_domainkey.parent.test" },
    { name: "2.0.192.in-addr.arpa", text: reverse(0, "2.0.192.in-addr.arpa") },
    { name: six, text: reverse(1, six) },
  ]);
  const { dns } = lab.settings;
  const resolver = createResolver(dns);
  observer = createObserver({ dns, allowPrivate: true, resolver, tryMs: 500 });
});
after(async () => {
  observer?.stop();
  await lab?.stop();
});

async function check(domain: DomainSettings): Promise<Map<string, CheckResult>> {
  const zone = await observer.zoneOf(domain.name);
  const ctx = { observer, domain, server, zone, now: new Date() };
  const results = await checkRecords(recordsOf(domain), ctx);
  return new Map(results.map((result) => [result.key, result]));
}
const summary = (result: CheckResult | undefined) => [result?.verdict, reasonsOf(result)[0]];

test(
  "the generated zone files, loaded as they are into bind9 and knot, make every check right",
  { skip },
  async () => {
    const results = await check(SHOP);
    for (const [key, { verdict, reasons }] of results)
      assert.equal(verdict, "ok", `${key}: ${JSON.stringify(reasons)}`);
    assert.ok(results.size >= 20);
    assert.ok(results.get("mx")?.answers.some(({ authenticated }) => authenticated));
  },
);

test(
  "and those of the server: addresses, pointers, fingerprints, certificate authority",
  { skip },
  async () => {
    const zone = await observer.zoneOf(server.hostName);
    assert.equal(zone.security, "signed");
    const ctx = { observer, domain: null, server, zone, now: new Date() };
    const results = await checkRecords(serverRecords(server), ctx);
    for (const { key, verdict, reasons } of results)
      assert.equal(verdict, "ok", `${key}: ${JSON.stringify(reasons)}`);
    assert.equal(results.filter(({ kind }) => kind === "hostTlsa").length, 8);
  },
);

/** What somebody did to plain.test by an update, what is then said, and how it is undone. */
const MISHAPS: [
  title: string,
  edit: string[],
  undo: string[],
  key: string,
  said: readonly [string, string],
][] = [
  [
    "the name was doubled",
    [
      "delete _dmarc TXT",
      'add _dmarc.plain.test 60 TXT "v=DMARC1; p=none; rua=mailto:postmaster@plain.test"',
    ],
    [
      "delete _dmarc.plain.test TXT",
      'add _dmarc 60 TXT "v=DMARC1; p=none; rua=mailto:postmaster@plain.test"',
    ],
    ...(["dmarc", ["missing", "dns.doubled"]] as const),
  ],
  [
    "the value holds quotation marks",
    [
      "delete _dmarc TXT",
      'add _dmarc 60 TXT "\\"v=DMARC1; p=none; rua=mailto:postmaster@plain.test\\""',
    ],
    ["delete _dmarc TXT", 'add _dmarc 60 TXT "v=DMARC1; p=none; rua=mailto:postmaster@plain.test"'],
    ...(["dmarc", ["different", "dns.quoted"]] as const),
  ],
  [
    "typographic quotation marks, as UTF-8 on the wire",
    [
      "delete _mta-sts TXT",
      'add _mta-sts 60 TXT "\\226\\128\\156v=STSv1; id=20261125T120000;\\226\\128\\157"',
    ],
    ["delete _mta-sts TXT", 'add _mta-sts 60 TXT "v=STSv1; id=20261125T120000;"'],
    ...(["mtaStsPolicy", ["different", "dns.smartQuotes"]] as const),
  ],
  [
    "two SPF records",
    ['add @ 60 TXT "v=spf1 include:_spf.elsewhere.test ~all"'],
    ['delete plain.test. TXT "v=spf1 include:_spf.elsewhere.test ~all"'],
    ...(["spf", ["conflict", "spf.two"]] as const),
  ],
  [
    "a key that was cut off",
    [
      "delete ph2611r._domainkey TXT",
      `add ph2611r._domainkey 60 TXT "v=DKIM1; k=rsa; p=${KEYS[0]?.publicKey.slice(0, 237) ?? ""}"`,
    ],
    ["delete ph2611r._domainkey TXT"],
    ...(["dkim:ph2611r", ["different", "dkim.truncated"]] as const),
  ],
  [
    "a null MX",
    ["delete plain.test. MX", "add @ 60 MX 0 ."],
    ["delete plain.test. MX", "add @ 60 MX 10 mail.host.test."],
    ...(["mx", ["different", "mx.null"]] as const),
  ],
  [
    "CAA that names somebody else",
    ['add @ 60 CAA 0 issue "other.test"', "delete autoconfig CNAME"],
    ["delete plain.test. CAA", "add autoconfig 60 CNAME mail.host.test."],
    ...(["caa", ["different", "caa.forbids"]] as const),
  ],
  [
    "a wildcard that answers for everything",
    ["delete mta-sts CNAME", "add * 60 A 203.0.113.80"],
    ["delete * A", "add mta-sts 60 CNAME mail.host.test."],
    ...(["mtaStsHost", ["different", "dns.wildcard"]] as const),
  ],
];

for (const [title, edit, undo, key, said] of MISHAPS) {
  test(`${title}: ${said.join(", ")}`, { skip }, async () => {
    const domain = domainOf("plain.test");
    await lab.update("plain.test", edit);
    await lab.flush();
    const result = (await check(domain)).get(key);
    await lab.update("plain.test", undo);
    assert.deepEqual(summary(result), said, JSON.stringify(result));
    await lab.flush();
  });
}

test("one of two servers has the new value: spreading", { skip }, async () => {
  const line = 'add _smtp._tls 60 TXT "v=TLSRPTv1; rua=mailto:postmaster@split.test"';
  await lab.update("split.test", ["delete _smtp._tls TXT"], "b");
  await lab.flush();
  const result = (await check(domainOf("split.test"))).get("tlsReports");
  assert.deepEqual(summary(result), ["partial", "dns.partial"]);
  assert.deepEqual(result?.reasons[0]?.params, { k: 1, n: 2 });
  assert.ok(reasonsOf(result).includes("dns.serials"));
  await lab.update("split.test", [line], "b");
});

test(
  "broken DNSSEC: unknown, with its own sentence; the zone says what is wrong",
  { skip },
  async () => {
    const results = await check(domainOf("bogus.test"));
    assert.deepEqual(summary(results.get("mx")), ["unknown", "dns.bogus"]);
    assert.deepEqual(summary(results.get("zone")), ["different", "dns.bogus"]);
  },
);

test("a silent server beside one that answers: right, and said so", { skip }, async () => {
  const results = await check(domainOf("half.test"));
  assert.deepEqual(summary(results.get("mx")), ["ok", "dns.someSilent"]);
});

test("records made in the parent of a zone of its own are not seen there", { skip }, async () => {
  const result = (await check(domainOf("parent.test"))).get("dkim:ph2611r");
  assert.deepEqual(summary(result), ["missing", "dns.wrongZone"]);
});

test("servers that fail: unknown, never missing", { skip }, async () => {
  for (const [mood, said] of [
    ["servfail", "dns.servfail"],
    ["silent", "dns.timeout"],
  ] as const) {
    await Promise.all([lab.behave("a", mood), lab.behave("b", mood)]);
    await lab.flush();
    const result = (await check(domainOf("plain.test"))).get("mx");
    await Promise.all([lab.behave("a", "on"), lab.behave("b", "on")]);
    assert.deepEqual(summary(result), ["unknown", said], JSON.stringify(result));
  }
});
