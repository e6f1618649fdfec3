/** One verdict from the answers of all servers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  judgePublished,
  NOW,
  reasonsOf,
  zoneFrom,
  type Setup,
  KEYS,
  DOMAIN,
  SERVER,
} from "../../../../tests/support/dns-published.ts";
import { expectedRecords } from "../../dns-records.ts";
import type { Zone } from "../../../../tests/support/dns-server.ts";

const name = "_dmarc.example.com";
const published = zoneFrom(expectedRecords({ domain: DOMAIN, dkim: KEYS, ...SERVER }));
const { [name]: _, ...without } = published;
const dmarc = async (dns: Setup["dns"], edit?: (zone: Zone) => void) => {
  const result = (await judgePublished({ ...(dns && { dns }), ...(edit && { edit }) })).get(
    "dmarc",
  );
  assert.ok(result);
  return result;
};
const ns = (host: string, more = {}) => ({ host: `${host}.dns.example`, ...more });

test("all servers agree: right, and each answer is kept for who asks where we looked", async () => {
  const result = await dmarc({});
  assert.equal(result.verdict, "ok");
  assert.deepEqual(
    result.answers.map(({ view, server, rcode, values }) => [view, server, rcode, values.length]),
    [
      ["authority", "ns1.dns.example", "NOERROR", 1],
      ["authority", "ns2.dns.example", "NOERROR", 1],
      ["resolver", "resolver", "NOERROR", 1],
    ],
  );
});

test("some servers have it: spreading, k of n, and that their serials differ", async () => {
  const servers = [
    ns("a", { serial: 8 }),
    ns("b", { serial: 7, zone: without }),
    ns("c", { serial: 8 }),
  ];
  const result = await dmarc({ servers });
  assert.equal(result.verdict, "partial");
  assert.deepEqual(result.reasons[0], { key: "dns.partial", params: { k: 2, n: 3 } });
  assert.deepEqual(result.reasons[1], { key: "dns.serials", params: { serials: "8, 7" } });
  assert.equal(result.fix, null);
});

test("a resolver that remembers what was before is no failure", async () => {
  const old = { ...published, [name]: { TXT: ["v=DMARC1; p=none; rua=mailto:old@x.example"] } };
  const result = await dmarc({
    resolver: { ...old, [name]: { TXT: ["something else"] } },
    ttl: 601,
  });
  assert.equal(result.verdict, "ok");
  assert.deepEqual(result.reasons, [{ key: "dns.resolverOld", params: { minutes: 11 } }]);
});

test("a cached “no” is told until when", async () => {
  const result = await dmarc({ resolver: without, ttl: 900 });
  assert.equal(result.verdict, "ok");
  const until = new Date(NOW.getTime() + 900_000).toISOString();
  assert.deepEqual(result.reasons, [{ key: "dns.negativeCached", params: { until } }]);
});

test("gone at the source while resolvers still have it: missing, and said so", async () => {
  const result = await dmarc({ resolver: published }, (zone) => delete zone[name]);
  assert.equal(result.verdict, "missing");
  assert.ok(reasonsOf(result).includes("dns.resolverStill"));
});

test("silent authorities, a resolver that answers: judged by the resolver, said so", async () => {
  const result = await dmarc({
    servers: [ns("a", { rcode: "TIMEOUT" }), ns("b", { rcode: "SERVFAIL" })],
  });
  assert.equal(result.verdict, "ok");
  assert.deepEqual(result.reasons, [{ key: "dns.resolverOnly", params: { n: 2 } }]);
});

test("one of two servers silent: right by the other, and said so", async () => {
  const result = await dmarc({ servers: [ns("a"), ns("b", { rcode: "TIMEOUT" })] });
  assert.deepEqual([result.verdict, ...reasonsOf(result)], ["ok", "dns.someSilent"]);
});

test("nobody answers: unknown with the reason, never missing", async () => {
  for (const [rcode, reason] of [
    ["TIMEOUT", "dns.timeout"],
    ["SERVFAIL", "dns.servfail"],
    ["REFUSED", "dns.refused"],
    ["OTHER", "dns.noAnswer"],
  ] as const) {
    const results = await judgePublished({ dns: { failures: { [name]: rcode } } });
    const result = results.get("dmarc");
    assert.deepEqual([result?.verdict, ...reasonsOf(result)], ["unknown", reason]);
    assert.deepEqual(result?.found, []);
  }
});

test("everything silent: every check is unknown, none is red", async () => {
  const servers = [ns("a", { rcode: "TIMEOUT" }), ns("b", { rcode: "TIMEOUT" })];
  for (const [key, { verdict }] of await judgePublished({
    dns: { servers, resolver: "TIMEOUT" },
  })) {
    assert.equal(verdict, "unknown", key);
  }
});

test("broken DNSSEC: right at the source, and nobody who verifies sees it", async () => {
  const result = await dmarc({ bogus: ["example.com"] });
  assert.deepEqual([result.verdict, ...reasonsOf(result)], ["unknown", "dns.bogus"]);
});

test("a name server outside of DNSSEC trouble still says what is missing", async () => {
  const result = await dmarc({ bogus: ["example.com"] }, (zone) => delete zone[name]);
  assert.equal(result.verdict, "missing");
  assert.ok(reasonsOf(result).includes("dns.bogus"));
});

test("what is not ours is asked of the resolver: no top level hears of each of our domains", async () => {
  const looked: string[] = [];
  const asked: string[] = [];
  const issuer = { issuer: "ca.example" };
  await judgePublished({
    ...{ dns: { looked, asked }, server: { ...SERVER, issuer } },
    edit: (zone) => {
      delete zone[name];
      delete zone[SERVER.hostName]?.CAA;
      zone["example.com"]?.TXT?.splice(0, 1, "v=spf1 include:_spf.vendor.example mx -all");
    },
  });
  const strange = looked.filter((one) => !/(?:example\.com|host\.example|\.arpa)$/.test(one));
  assert.deepEqual(strange, []);
  for (const question of ["_dmarc.com TXT", "com CAA", "_spf.vendor.example TXT"])
    assert.ok(asked.includes(question), question);
});
