import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import * as dnsPacket from "dns-packet";
import { createResolver } from "../../engine/dns/resolver.ts";
import { startDnsServer, type DnsServerForTests } from "../support/dns-server.ts";

let dns: DnsServerForTests;
before(async () => {
  dns = await startDnsServer();
});
after(() => dns.close());
beforeEach(() => {
  for (const name of Object.keys(dns.zone)) delete dns.zone[name];
  dns.failures.clear();
  dns.asked.length = 0;
  Object.assign(dns, { authenticated: false, ttl: 0, override: null });
});

const fast = { tryMs: 150, budgetMs: 600 };
const resolver = (options = {}) => createResolver({ servers: [dns.address], ...fast, ...options });

test("every type comes back as a value", async () => {
  dns.zone["all.example"] = {
    A: ["192.0.2.1", "192.0.2.2"],
    AAAA: ["2001:db8::1"],
    MX: [{ preference: 10, exchange: "mx.all.example" }],
    TXT: ["v=spf1 -all", "x".repeat(700)],
    NS: ["ns.all.example"],
    PTR: ["host.all.example"],
    SRV: [{ priority: 1, weight: 2, port: 993, target: "imap.all.example" }],
    TLSA: [{ usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32, 7) }],
    CAA: [{ flags: 128, tag: "issue", value: "ca.example" }],
    DS: [{ keyTag: 5, algorithm: 13, digestType: 2, digest: Buffer.alloc(32, 9) }],
  };
  const types = ["A", "AAAA", "MX", "TXT", "NS", "PTR", "SRV", "TLSA", "CAA", "DS"] as const;
  for (const type of types) {
    const answer = await resolver().query("all.example", type);
    assert.equal(answer.rcode, "NOERROR", type);
    assert.deepEqual(answer.records, dns.zone["all.example"]?.[type], type);
    assert.equal(answer.from, dns.address);
  }
});

test("no such name, no data, cannot say: four different answers", async () => {
  dns.zone["a.example"] = { A: ["192.0.2.1"] };
  dns.failures.set("s.example", "servfail").set("r.example", "refused").set("t.example", "timeout");
  const rcode = async (name: string) => (await resolver().query(name, "MX")).rcode;
  assert.equal(await rcode("none.example"), "NXDOMAIN");
  assert.equal(await rcode("a.example"), "NOERROR");
  assert.equal(await rcode("s.example"), "SERVFAIL");
  assert.equal(await rcode("r.example"), "REFUSED");
  assert.equal(await rcode("t.example"), "TIMEOUT");
  const tooLong = `${"a".repeat(64)}.example`;
  for (const name of ["", "..", tooLong, "a..b", "a\\.b"])
    assert.equal(await rcode(name), "NXDOMAIN");
});

test("CNAMEs are followed within the answer, loops end", async () => {
  dns.zone["www.example"] = { CNAME: ["web.example"] };
  dns.zone["web.example"] = { CNAME: ["host.example"] };
  dns.zone["host.example"] = { A: ["192.0.2.9"] };
  dns.zone["loop.example"] = { CNAME: ["loop.example"] };
  dns.zone["lost.example"] = { CNAME: ["gone.example"] };
  assert.deepEqual((await resolver().query("www.example", "A")).records, ["192.0.2.9"]);
  assert.deepEqual((await resolver().query("www.example", "CNAME")).records, ["web.example"]);
  assert.deepEqual((await resolver().query("loop.example", "A")).records, []);
  assert.equal((await resolver().query("lost.example", "A")).rcode, "NXDOMAIN");
});

test("AD of a server on loopback counts (servers.test.ts says which others do)", async () => {
  dns.zone["a.example"] = { A: ["192.0.2.1"] };
  dns.authenticated = true;
  assert.equal((await resolver().query("a.example", "A")).authenticated, true);
  dns.authenticated = false;
  assert.equal((await resolver().query("a.example", "A")).authenticated, false);
});

test("a truncated answer is asked for again over TCP", async () => {
  dns.zone["big.example"] = {
    TXT: Array.from({ length: 40 }, (_, n) => `${n} ${"x".repeat(300)}`),
  };
  dns.failures.set("big.example", "truncate");
  const answer = await resolver().query("big.example", "TXT");
  assert.equal(answer.records.length, 40);
  assert.deepEqual(dns.asked, ["big.example TXT udp", "big.example TXT tcp"]);
});

test("a dead server is passed over for the next; a lost packet is asked again", async () => {
  dns.zone["a.example"] = { A: ["192.0.2.1"] };
  const dead = createResolver({ servers: ["127.0.0.1:1", dns.address], ...fast });
  assert.equal((await dead.query("a.example", "A")).rcode, "NOERROR");
  let lost = 0;
  const ignored = Buffer.alloc(1);
  dns.override = () => (lost++ === 0 ? ignored : null);
  assert.equal((await resolver().query("a.example", "A")).rcode, "NOERROR");
  assert.equal(lost, 2);
});

test("a server that no route leads to is passed over too, and leaving early hurts nobody", async () => {
  dns.zone["a.example"] = { A: ["192.0.2.1"] };
  const servers = ["[2001:db8::53]:53", "255.255.255.255:53", dns.address];
  const odd = createResolver({ servers, ...fast, tryMs: 60 });
  assert.equal((await odd.query("a.example", "A")).rcode, "NOERROR");
  const gone = AbortSignal.abort(new Error("gone"));
  await assert.rejects(odd.query("b.example", "A", gone), /gone/);
  const hasty = createResolver({ servers, tryMs: 1, budgetMs: 3 });
  for (let n = 0; n < 20; n++) await hasty.query(`h${n}.example`, "A");
});

test("the cache keeps what TTL allows, ages it, and keeps a no for as long as SOA says", async () => {
  let now = 0;
  const cached = resolver({ now: () => now });
  dns.ttl = 60;
  dns.zone["a.example"] = { A: ["192.0.2.1"] };
  await cached.query("A.example.", "A");
  now = 40_000;
  dns.zone["a.example"].A = ["192.0.2.2"];
  const kept = await cached.query("a.example", "A");
  assert.deepEqual([kept.records, kept.ttl], [["192.0.2.1"], 20]);
  now = 60_000;
  assert.deepEqual((await cached.query("a.example", "A")).records, ["192.0.2.2"]);
  assert.equal((await cached.query("b.example", "A")).rcode, "NXDOMAIN");
  dns.zone["b.example"] = { A: ["192.0.2.3"] };
  assert.equal((await cached.query("b.example", "A")).rcode, "NXDOMAIN");
  now = 121_000;
  assert.equal((await cached.query("b.example", "A")).rcode, "NOERROR");
});

test("the cache is bounded, failures are not kept, and askers at once share one question", async () => {
  const cached = resolver({ cacheEntries: 5 });
  dns.ttl = 60;
  for (let n = 0; n < 20; n++) await cached.query(`n${n}.example`, "A");
  dns.asked.length = 0;
  await cached.query("n19.example", "A");
  await cached.query("n0.example", "A");
  assert.deepEqual(dns.asked, ["n0.example A udp"]);
  dns.failures.set("s.example", "servfail");
  await cached.query("s.example", "A");
  dns.failures.clear();
  assert.equal((await cached.query("s.example", "A")).rcode, "NXDOMAIN");
  dns.asked.length = 0;
  await Promise.all([1, 2, 3].map(() => cached.query("many.example", "A")));
  assert.deepEqual(dns.asked, ["many.example A udp"]);
});

test("a caller may leave; the others get their answer", async () => {
  dns.failures.set("t.example", "timeout");
  const shared = resolver();
  const leaving = shared.query("t.example", "A", AbortSignal.timeout(20));
  const staying = shared.query("t.example", "A");
  await assert.rejects(leaving, { name: "TimeoutError" });
  assert.equal((await staying).rcode, "TIMEOUT");
});

// ── Hostile answers ─────────────────────────────────────────────────────────────────────────────

const good = (query: dnsPacket.Packet, change: dnsPacket.Packet = {}): Buffer =>
  dnsPacket.encode({
    id: query.id ?? 0,
    type: "response",
    questions: query.questions ?? [],
    answers: [{ type: "A", name: query.questions?.[0]?.name ?? "", ttl: 1, data: "192.0.2.66" }],
    ...change,
  });

test("an answer to another question, id or from a query is not believed", async () => {
  const forgeries: ((query: dnsPacket.Packet) => Buffer)[] = [
    (query) => good(query, { id: ((query.id ?? 0) + 1) & 0xffff }),
    (query) => good(query, { type: "query" }),
    (query) => good(query, { questions: [] }),
    (query) => good(query, { questions: [{ type: "A", name: "other.example" }] }),
    (query) => good(query, { questions: [{ type: "MX", name: "v.example" }] }),
  ];
  for (const forge of forgeries) {
    dns.override = forge;
    assert.equal((await resolver().query("v.example", "A")).rcode, "TIMEOUT");
  }
  dns.override = (query) =>
    good(query, { answers: [{ type: "A", name: "other.example", ttl: 1, data: "192.0.2.66" }] });
  assert.deepEqual((await resolver().query("v.example", "A")).records, []);
});

test("a label with a dot in it is not two labels", async () => {
  dns.override = (query) => {
    const packet = good(query, { answers: [] });
    packet.writeUInt16BE(1, 6);
    const owner = Buffer.from("\x09v.example\0", "latin1"); // one label of nine octets
    const rest = Buffer.from([0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 66]);
    return Buffer.concat([packet, owner, rest]);
  };
  assert.deepEqual((await resolver().query("v.example", "A")).records, []);
});

test("an answer cut at any byte, or with pointers that lead anywhere, never throws or hangs", async () => {
  const quick = resolver({ tryMs: 30, budgetMs: 60, cacheEntries: 0 });
  const size = good({ questions: [{ type: "A", name: "v.example" }] }).length;
  const cuts = Array.from({ length: size }, (_, cut) => cut);
  for (const cut of cuts) {
    dns.override = (query) => good(query).subarray(0, cut);
    assert.equal((await quick.query("v.example", "A")).records.length, 0, `cut at ${cut}`);
  }
  for (const target of [0x0c, 0x1b, 0x20, 0x3fff]) {
    dns.override = (query) => {
      const packet = good(query, { answers: [] });
      packet.writeUInt16BE(1, 6);
      return Buffer.concat([
        packet,
        Buffer.from([0xc0 | (target >> 8), target & 0xff, 0, 1, 0, 1]),
      ]);
    };
    assert.equal((await quick.query("v.example", "A")).records.length, 0);
  }
});

test("random damage to an answer never throws", async () => {
  const quick = resolver({ tryMs: 15, budgetMs: 15, cacheEntries: 0 });
  for (let round = 0; round < Number(process.env.FUZZ ?? 60); round++) {
    dns.override = (query) => {
      const packet = good(query);
      for (let n = randomInt(1, 6); n > 0; n--)
        packet[randomInt(2, packet.length)] = randomInt(256);
      return randomInt(4)
        ? packet
        : Buffer.concat([packet.subarray(0, 2), randomBytes(randomInt(200))]);
    };
    assert.ok((await quick.query("v.example", "A")).rcode);
  }
});
