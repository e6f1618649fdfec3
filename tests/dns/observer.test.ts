import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import * as dnsPacket from "dns-packet";
import { encode } from "../support/authority.ts";
import { delegate, dnsWorld, type DnsWorld } from "./world.ts";

let world: DnsWorld;
before(async () => {
  world = await dnsWorld();
});
after(() => world.close());
beforeEach(() => {
  const { dns, resolver } = world;
  for (const server of Object.values(dns.servers)) {
    Object.assign(server, { mood: "good", override: null, dripMs: 0, serial: 1 });
  }
  for (const name of ["one", "two"]) empty(dns.one(name).zones);
  empty(dns.one("tld").zones["test"] ?? {});
  empty(resolver.zone);
  resolver.failures.clear();
  resolver.asked.length = 0;
  Object.assign(resolver, { authenticated: false, ttl: 60, override: null });
  dns.forget();
});

function empty(object: Record<string, unknown>): void {
  for (const key of Object.keys(object)) delete object[key];
}

/** Longer than the observer of these tests waits for anything; without limits the hostile would take for ever. */
const BUDGET_MS = 7_000;
const MX = [{ preference: 10, exchange: "mx.a.test" }];

// ── Zones ───────────────────────────────────────────────────────────────────────────────────────

test("the walk goes from the root by referral and glue to every server of the zone", async () => {
  delegate(world, "a.test");
  world.dns.one("two").serial = 7;
  const facts = await world.observer().zoneOf("A.test.");
  assert.equal(facts.apex, "a.test");
  assert.equal(facts.exists, true);
  assert.deepEqual(facts.parentServers, ["ns-one.a.test", "ns-two.a.test"]);
  assert.deepEqual(facts.ownServers, facts.parentServers);
  const servers = facts.servers.map((one) => [one.host, one.authoritative, one.serial, one.rcode]);
  assert.deepEqual(servers, [
    ["ns-one.a.test", true, 1, "NOERROR"],
    ["ns-two.a.test", true, 7, "NOERROR"],
  ]);
  assert.equal(facts.negativeTtl, 30);
});

test("many domains ask the root once, and the top level once each", async () => {
  const observer = world.observer();
  const names = Array.from({ length: 200 }, (_, n) => `d${n}.test`);
  for (const name of names) delegate(world, name, { servers: ["one"] });
  for (const name of names) assert.equal((await observer.zoneOf(name)).apex, name);
  assert.equal(world.dns.root.asked.length, 1);
  assert.equal(world.dns.one("tld").asked.length, names.length);
});

test("a name server without glue is looked up; one without an address is shown without", async () => {
  delegate(world, "a.test", { servers: ["one"] });
  const tld = world.dns.one("tld").zones["test"] ?? {};
  tld["a.test"] = { NS: ["ns.elsewhere.other", "gone.other"] };
  world.resolver.zone["ns.elsewhere.other"] = { A: [world.dns.one("one").address] };
  const facts = await world.observer().zoneOf("a.test");
  const shown = facts.servers.map(({ host, rcode, address }) => [host, rcode, address !== ""]);
  assert.deepEqual(shown.toSorted(), [
    ["gone.other", "NXDOMAIN", false],
    ["ns-one.a.test", "NOERROR", true],
    ["ns.elsewhere.other", "NOERROR", true],
  ]);
  assert.deepEqual(facts.ownServers, ["ns-one.a.test"]);
});

test("addresses beside a referral count only for hosts of the zone that gives them", async () => {
  delegate(world, "a.test", { servers: ["one"] });
  const tld = world.dns.one("tld").zones["test"] ?? {};
  tld["a.test"] = { NS: ["ns.victim.other"] };
  tld["ns.victim.other"] = { A: [world.dns.one("two").address] };
  world.resolver.zone["ns.victim.other"] = { A: [world.dns.one("one").address] };
  const { servers } = await world.observer().zoneOf("a.test");
  assert.equal(servers[0]?.address, `${world.dns.one("one").address}:${world.dns.port}`);
  assert.equal(world.dns.one("two").asked.length, 0);
});

test("a domain that its parent denies does not exist; a registry is asked twice at most", async () => {
  const observer = world.observer();
  const facts = await observer.zoneOf("nobody.test");
  assert.deepEqual([facts.apex, facts.exists, facts.servers], ["test", false, []]);
  assert.equal(facts.negativeTtl, 30);
  const { sights } = await observer.look("nobody.test", "MX");
  assert.deepEqual(
    sights.map(({ view, rcode }) => [view, rcode]),
    [
      ["authority", "NXDOMAIN"],
      ["resolver", "NXDOMAIN"],
    ],
  );
  assert.ok(world.dns.one("tld").asked.length <= 3);
});

test("what lies below a zone belongs to it: empty non-terminals, absent names, aliases", async () => {
  const records = { "x.y.a.test": { TXT: ["t"] }, "www.a.test": { CNAME: ["a.test"] } };
  delegate(world, "a.test", { records });
  const observer = world.observer();
  for (const [name, exists] of [
    ["y.a.test", true],
    ["z.a.test", false],
    ["www.a.test", true],
    ["a.test", true],
  ] as const) {
    const facts = await observer.zoneOf(name);
    assert.deepEqual([facts.apex, facts.exists], ["a.test", exists], name);
  }
});

test("parent and child on one server: the apex is the child's, its parent's words are not known", async () => {
  delegate(world, "a.test", { servers: ["one"] });
  const one = world.dns.one("one");
  const ns = ["ns-one.a.test"];
  one.zones["sub.a.test"] = { "sub.a.test": { NS: ns }, "w.sub.a.test": { CNAME: ["a.test"] } };
  Object.assign(one.zones["a.test"] ?? {}, { "sub.a.test": { NS: ns } });
  const facts = await world.observer().zoneOf("sub.a.test");
  assert.deepEqual(
    [facts.apex, facts.parentServers, facts.ownServers],
    ["sub.a.test", [], ["ns-one.a.test"]],
  );
  const below = await world.observer().zoneOf("w.sub.a.test");
  assert.equal(below.apex, "sub.a.test");
});

test("a CNAME at the apex is seen as what it is: the zone is there, its SOA is not", async () => {
  delegate(world, "a.test", { records: { "a.test": { CNAME: ["host.b.test"] } } });
  const cname = { type: "CNAME", name: "a.test", ttl: 60, data: "host.b.test" } as const;
  const found = { rcode: 0, aa: true, answers: [cname], authorities: [], additionals: [] };
  for (const name of ["one", "two"]) {
    world.dns.one(name).override = (query) => encode(query, found);
  }
  world.resolver.zone["host.b.test"] = { A: ["192.0.2.8"] };
  const facts = await world.observer().zoneOf("a.test");
  assert.deepEqual([facts.apex, facts.exists, facts.negativeTtl], ["a.test", true, null]);
  assert.deepEqual(
    facts.servers.map(({ serial }) => serial),
    [null, null],
  );
  const { sights } = await world.observer().look("a.test", "A");
  assert.deepEqual(sights[0]?.via, ["host.b.test"]);
});

test("lame, silent and refusing servers are named; the others still speak", async () => {
  delegate(world, "a.test");
  for (const [mood, rcode] of [
    ["silent", "TIMEOUT"],
    ["refused", "REFUSED"],
    ["servfail", "SERVFAIL"],
  ] as const) {
    world.dns.one("two").mood = mood;
    const { servers, apex } = await world.observer().zoneOf("a.test");
    const two = servers.find(({ host }) => host === "ns-two.a.test");
    assert.deepEqual([apex, two?.rcode, two?.authoritative], ["a.test", rcode, false]);
  }
});

test("when all servers of a zone are lame, the parent's word still says where it is", async () => {
  delegate(world, "a.test");
  for (const name of ["one", "two"]) world.dns.one(name).mood = "refused";
  const facts = await world.observer().zoneOf("a.test");
  assert.deepEqual([facts.apex, facts.exists], ["a.test", true]);
  assert.ok(facts.servers.every(({ authoritative }) => !authoritative));
  world.resolver.failures.set("x.a.test", "servfail");
  const below = await world.observer().zoneOf("x.a.test");
  assert.deepEqual([below.apex, below.exists, below.servers], [null, null, []]);
  const { sights } = await world.observer().look("x.a.test", "MX");
  assert.deepEqual(
    sights.map(({ rcode }) => rcode),
    ["REFUSED", "REFUSED", "SERVFAIL"],
  );
});

test("a server that refers to itself, upwards or aside is lame, and no walk goes round", async () => {
  delegate(world, "a.test");
  const ns = (owner: string) =>
    ({ type: "NS", name: owner, ttl: 60, data: "ns-two.a.test" }) as const;
  for (const owner of ["a.test", "test", ".", "b.test", "other", "x.other"]) {
    world.dns.one("two").override = (query) =>
      encode(query, {
        ...{ rcode: 0, aa: false, answers: [], additionals: [] },
        authorities: [ns(owner)],
      });
    world.dns.forget();
    const observer = world.observer();
    const { servers } = await observer.zoneOf("a.test");
    const two = servers.find(({ host }) => host === "ns-two.a.test");
    assert.equal(two?.authoritative, false, owner);
    const { sights } = await observer.look("a.test", "MX");
    const sight = sights.find(({ server }) => server === "ns-two.a.test");
    assert.deepEqual([sight?.rcode, sight?.authoritative], ["OTHER", false], owner);
    assert.ok(world.dns.packets() < 15, `${owner}: ${world.dns.packets()} packets`);
  }
});

test("a resolver in an authority's place says neither yes nor no", async () => {
  delegate(world, "a.test", { servers: ["one"], records: { "a.test": { MX } } });
  const mx = { type: "MX", name: "a.test", ttl: 9, data: MX[0] } as dnsPacket.Answer;
  for (const [rcode, answers] of [
    [0, [mx]],
    [3, []],
    [0, []],
  ] as const) {
    world.dns.one("one").override = (query) =>
      encode(query, { rcode, aa: false, answers: [...answers], authorities: [], additionals: [] });
    const [sight] = (await world.observer().look("a.test", "MX")).sights;
    assert.deepEqual([sight?.rcode, sight?.records, sight?.authoritative], ["OTHER", [], false]);
  }
});

test("referrals that lead down for ever end", async () => {
  const name = `${"x.".repeat(60)}a.test`;
  delegate(world, "a.test", { servers: ["one"] });
  const one = world.dns.one("one");
  let depth = 0;
  one.override = (query) => {
    const labels = name.split(".");
    const owner = labels.slice(-3 - depth++).join(".");
    const host = `ns.${owner}`;
    return encode(query, {
      ...{ rcode: 0, aa: false, answers: [] },
      authorities: [{ type: "NS", name: owner, ttl: 60, data: host }],
      additionals: [{ type: "A", name: host, ttl: 60, data: one.address }],
    });
  };
  const facts = await world.observer().zoneOf(name);
  assert.equal(facts.apex, null);
  assert.ok(world.resolver.asked.length < 80, `${world.resolver.asked.length} questions`);
  assert.ok(one.asked.length < 60, `${one.asked.length} packets`);
});

test("a thousand name servers are not a thousand packets", async () => {
  const hosts = Array.from({ length: 1_000 }, (_, n) => `ns${n}.a.test`);
  delegate(world, "a.test", { servers: ["one"] });
  const tld = world.dns.one("tld").zones["test"] ?? {};
  tld["a.test"] = { NS: hosts };
  for (const host of hosts) tld[host] = { A: [world.dns.one("one").address] };
  world.dns.one("tld").mood = "truncate";
  const { servers } = await world.observer().zoneOf("a.test");
  assert.ok(servers.length <= 21, `${servers.length} servers`);
  assert.ok(
    world.dns.one("one").asked.length <= 30,
    `${world.dns.one("one").asked.length} packets`,
  );
});

test("addresses that are not public are not asked, unless the settings say so", async () => {
  delegate(world, "a.test");
  const guarded = world.observer({ allowPrivate: false });
  world.resolver.zone["a.test"] = {
    SOA: [{ mname: "ns-one.a.test", rname: "h.a.test", serial: 3, minimum: 60 }],
    NS: ["ns-one.a.test"],
  };
  const facts = await guarded.zoneOf("a.test");
  // The root of the settings may be anywhere; what it refers to may not.
  assert.equal(world.dns.root.asked.length, 1);
  assert.equal(world.dns.one("tld").asked.length + world.dns.one("one").asked.length, 0);
  assert.deepEqual(
    [facts.apex, facts.servers, facts.ownServers],
    ["a.test", [], ["ns-one.a.test"]],
  );
});

test("without IPv6 its addresses are left out, which is nobody's failure", async () => {
  delegate(world, "a.test", { servers: ["one"] });
  const tld = world.dns.one("tld").zones["test"] ?? {};
  tld["ns-one.a.test"] = { A: [world.dns.one("one").address], AAAA: ["2001:db8::53"] };
  const observer = world.observer({ roots: [world.dns.root.address, "2001:db8::1"] });
  const facts = await observer.zoneOf("a.test");
  assert.deepEqual(
    facts.servers.map(({ rcode }) => rcode),
    ["NOERROR"],
  );
  assert.deepEqual(
    facts.notAsked?.map(({ address, why }) => [address, why]),
    [[`[2001:db8::53]:${world.dns.port}`, "noRoute"]],
  );
  const { sights } = await observer.look("a.test", "MX");
  assert.deepEqual(
    sights.map(({ view }) => view),
    ["authority", "resolver"],
  );
});

test("where port 53 leads to a resolver instead of the root, the resolver's word is taken", async () => {
  const { root } = world.dns;
  root.override = (query) =>
    encode(query, { rcode: 0, aa: false, answers: [], authorities: [], additionals: [] }, 0x80);
  world.resolver.zone["a.test"] = {
    SOA: [{ mname: "ns.a.test", rname: "h.a.test", serial: 3, minimum: 60 }],
    NS: ["ns.a.test"],
    MX,
  };
  const observer = world.observer();
  const facts = await observer.zoneOf("www.a.test");
  assert.deepEqual(
    [facts.apex, facts.exists, facts.servers, facts.ownServers, facts.negativeTtl],
    ["a.test", false, [], ["ns.a.test"], 60],
  );
  const { sights } = await observer.look("a.test", "MX");
  assert.deepEqual(
    sights.map(({ view, records }) => [view, records]),
    [["resolver", MX]],
  );
});

test("a delegation that changes is seen after a minute, by those who ask below too", async () => {
  let now = 0;
  const observer = world.observer({ now: () => now });
  delegate(world, "a.test", { servers: ["one"] });
  await observer.zoneOf("www.a.test");
  delegate(world, "a.test", { servers: ["two"], records: { "www.a.test": { A: ["192.0.2.1"] } } });
  now = 61_000;
  const facts = await observer.zoneOf("www.a.test");
  assert.deepEqual([facts.parentServers, facts.exists], [["ns-two.a.test"], true]);
});

// ── DNSSEC, as the resolver sees it ─────────────────────────────────────────────────────────────

test("security is what a trusted, validating resolver says; without one nobody knows", async () => {
  delegate(world, "a.test", { servers: ["one"] });
  const { resolver } = world;
  const soa = { mname: "ns.a.test", rname: "h.a.test", serial: 1, minimum: 30 };
  resolver.zone["a.test"] = { SOA: [soa] };
  resolver.zone["test"] = {};
  resolver.zone[""] = { SOA: [soa] };
  const security = async (trusted = true) =>
    (await world.observer({ trusted }).zoneOf("a.test")).security;

  assert.equal(await security(), "unknown", "it vouches for nothing: it does not validate");
  resolver.authenticated = true;
  assert.equal(await security(), "signed");
  assert.equal(await security(false), "unknown", "its word is not trusted");
  const adOnlyFor = (...names: string[]) => {
    resolver.override = (query) => {
      resolver.authenticated = names.includes(query.questions?.[0]?.name ?? "");
      return null;
    };
  };
  adOnlyFor("", ".");
  assert.equal(await security(), "unsigned", "it validates, and there is no DS");
  resolver.zone["a.test"].DS = [
    { keyTag: 1, algorithm: 250, digestType: 2, digest: Buffer.alloc(32) },
  ];
  adOnlyFor("", ".", "a.test DS");
  assert.equal(await security(), "unsigned", "a DS below a parent without one");
  resolver.failures.set("a.test DS", "servfail");
  assert.equal(await security(), "unknown", "nobody says whether there is a DS");
});

test("SERVFAIL that turns into an answer with CD is bogus, else it is only a failure", async () => {
  delegate(world, "a.test", { servers: ["one"], records: { "a.test": { MX } } });
  const { resolver } = world;
  resolver.zone["a.test"] = { MX };
  const checks = (query: dnsPacket.Packet) =>
    ((query.flags ?? 0) & dnsPacket.CHECKING_DISABLED) === 0;
  resolver.override = (query) =>
    checks(query)
      ? encode(query, { rcode: 2, aa: false, answers: [], authorities: [], additionals: [] })
      : null;
  const observer = world.observer({ trusted: false });
  assert.equal((await observer.zoneOf("a.test")).security, "bogus");
  const { sights } = await observer.look("a.test", "MX");
  assert.deepEqual(
    sights.map(({ view, rcode, bogus, records }) => [view, rcode, bogus, records.length]),
    [
      ["authority", "NOERROR", false, 1],
      ["resolver", "SERVFAIL", true, 0],
    ],
  );
  resolver.override = null;
  resolver.failures.set("a.test", "servfail");
  const again = world.observer();
  assert.equal((await again.zoneOf("a.test")).security, "unknown");
  assert.equal((await again.look("a.test", "MX")).sights.at(-1)?.bogus, false);
});

// ── Looks ───────────────────────────────────────────────────────────────────────────────────────

test("every server and the resolver are asked, each answer is kept apart", async () => {
  const own = delegate(world, "a.test", { records: { "a.test": { MX } } });
  world.dns.one("two").zones["a.test"] = { ...own, "a.test": { MX: [] } };
  world.dns.one("two").serial = 2;
  world.resolver.zone["a.test"] = { MX };
  const before = Date.now();
  const { sights } = await world.observer().look("A.TEST.", "MX");
  assert.ok(
    sights.every(({ at }) => at >= before && at <= Date.now()),
    "each says when it came",
  );
  assert.deepEqual(
    sights.map((one) => [one.server, one.view, one.records.length, one.serial, one.ttl]),
    [
      ["ns-one.a.test", "authority", 1, 1, 60],
      ["ns-two.a.test", "authority", 0, 2, 30],
      ["resolver", "resolver", 1, null, 60],
    ],
  );
  assert.deepEqual(
    sights.map(({ authoritative }) => authoritative),
    [true, true, false],
  );
});

test("a look finds a zone further down by referral and asks its servers", async () => {
  delegate(world, "a.test", { servers: ["one"] });
  const parent = world.dns.one("one").zones["a.test"] ?? {};
  parent["sub.a.test"] = { NS: ["ns.sub.a.test"] };
  parent["ns.sub.a.test"] = { A: [world.dns.one("two").address] };
  world.dns.one("two").zones["sub.a.test"] = { "x.sub.a.test": { TXT: ["deep"] } };
  const observer = world.observer();
  await observer.zoneOf("a.test");
  const { sights } = await observer.look("x.sub.a.test", "TXT");
  assert.deepEqual(
    sights.map(({ server, records }) => [server, records]),
    [
      ["ns.sub.a.test", ["deep"]],
      ["resolver", []],
    ],
  );
});

test("a CNAME out of the zone ends at the other zone's authority, without it at the resolver", async () => {
  delegate(world, "a.test", {
    servers: ["one"],
    records: { "www.a.test": { CNAME: ["host.b.test"] }, "far.a.test": { CNAME: ["x.far.other"] } },
  });
  delegate(world, "b.test", { servers: ["two"], records: { "host.b.test": { A: ["192.0.2.9"] } } });
  world.resolver.zone["x.far.other"] = { A: ["192.0.2.10"] };
  world.dns.one("tld").zones["other"] = { "far.other": { NS: ["ns.far.other"] } };
  const observer = world.observer();
  const [near] = (await observer.look("www.a.test", "A")).sights;
  assert.deepEqual([near?.records, near?.via], [["192.0.2.9"], ["host.b.test"]]);
  const [far] = (await observer.look("far.a.test", "A")).sights;
  assert.deepEqual([far?.records, far?.via], [["192.0.2.10"], ["x.far.other"]]);
});

test("a server's word about another's zone is not believed, though it stands in the same answer", async () => {
  delegate(world, "a.test", { servers: ["one"] });
  delegate(world, "b.test", { servers: ["two"], records: { "host.b.test": { A: ["192.0.2.9"] } } });
  world.dns.one("one").override = (query) =>
    query.questions?.[0]?.type !== "A"
      ? null
      : encode(query, {
          ...{ rcode: 0, aa: true, authorities: [], additionals: [] },
          answers: [
            { type: "CNAME", name: "www.a.test", ttl: 60, data: "host.b.test" },
            { type: "A", name: "host.b.test", ttl: 60, data: "192.0.2.66" },
          ],
        });
  const [sight] = (await world.observer().look("www.a.test", "A")).sights;
  assert.deepEqual(sight?.records, ["192.0.2.9"]);
});

test("CNAMEs in a circle, or in an endless row, end as resolvers end them", async () => {
  const row = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [
      `r${n}.${n % 2 ? "b" : "a"}.test`,
      { CNAME: [`r${n + 1}.${n % 2 ? "a" : "b"}.test`] },
    ]),
  );
  const circle = { "c.a.test": { CNAME: ["c.b.test"] }, "c.b.test": { CNAME: ["c.a.test"] } };
  const records = { ...row, ...circle, "self.a.test": { CNAME: ["self.a.test"] } };
  delegate(world, "a.test", { servers: ["one"], records });
  delegate(world, "b.test", { servers: ["two"], records });
  const observer = world.observer();
  for (const name of ["c.a.test", "r0.a.test", "self.a.test"]) {
    world.dns.forget();
    const [sight] = (await observer.look(name, "A")).sights;
    assert.deepEqual([sight?.rcode, sight?.records], ["SERVFAIL", []], name);
    assert.ok(world.dns.packets() < 60, `${name}: ${world.dns.packets()} packets`);
  }
});

test("the same question at the same time is asked once; two lookers at a circle do not wait for each other", async () => {
  const circle = { "c.a.test": { CNAME: ["c.b.test"] }, "c.b.test": { CNAME: ["c.a.test"] } };
  delegate(world, "a.test", { servers: ["one"], records: { "a.test": { MX }, ...circle } });
  delegate(world, "b.test", { servers: ["two"], records: circle });
  const observer = world.observer();
  await observer.zoneOf("a.test");
  world.dns.forget();
  await Promise.all(Array.from({ length: 20 }, () => observer.look("a.test", "MX")));
  assert.deepEqual(world.dns.one("one").asked, ["a.test MX udp"]);
  const looks = await Promise.all([observer.look("c.a.test", "A"), observer.look("c.b.test", "A")]);
  for (const { sights } of looks) assert.equal(sights[0]?.rcode, "SERVFAIL");
});

test("a truncated answer is read over TCP; a server older than EDNS is asked without it", async () => {
  const TXT = Array.from({ length: 20 }, (_, n) => `${n} ${"x".repeat(200)}`);
  delegate(world, "a.test", { servers: ["one"], records: { "a.test": { TXT } } });
  const one = world.dns.one("one");
  for (const mood of ["truncate", "formerr"] as const) {
    one.mood = mood;
    one.asked.length = 0;
    const [sight] = (await world.observer().look("a.test", "TXT")).sights;
    assert.equal(sight?.records.length, 20, mood);
    const last = one.asked.slice(-2);
    assert.deepEqual(last, ["a.test TXT udp", `a.test TXT ${mood === "truncate" ? "tcp" : "udp"}`]);
  }
});

test("a lost packet is asked for again: over TCP of a server that answers otherwise", async () => {
  delegate(world, "a.test", { servers: ["one"], records: { "a.test": { MX } } });
  const observer = world.observer();
  await observer.zoneOf("a.test");
  const one = world.dns.one("one");
  one.asked.length = 0;
  one.override = (_, transport) => (transport === "udp" ? Buffer.alloc(1) : null);
  const [sight] = (await observer.look("a.test", "MX")).sights;
  assert.deepEqual([sight?.rcode, one.asked], ["NOERROR", ["a.test MX udp", "a.test MX tcp"]]);
});

test("names that DNS cannot hold do not exist, and nobody is asked", async () => {
  const observer = world.observer();
  for (const name of ["", "a..test", `${"x".repeat(64)}.test`, "a\\.b.test"]) {
    assert.equal((await observer.zoneOf(name)).exists, false);
    assert.equal((await observer.look(name, "A")).sights[0]?.rcode, "NXDOMAIN");
    assert.equal((await observer.ask(name, "A")).rcode, "NXDOMAIN");
  }
  assert.equal(world.dns.packets(), 0);
});

test("a caller may leave; after stop() nothing is left open", async () => {
  delegate(world, "a.test");
  for (const name of ["one", "two"]) world.dns.one(name).mood = "silent";
  const observer = world.observer();
  await assert.rejects(observer.look("a.test", "MX", AbortSignal.timeout(20)), {
    name: "TimeoutError",
  });
  await assert.rejects(observer.zoneOf("a.test", AbortSignal.abort(new Error("gone"))), /gone/);
  const started = performance.now();
  const look = observer.look("b.a.test", "MX");
  observer.stop();
  await look;
  assert.ok(performance.now() - started < BUDGET_MS);
});

// ── Hostile servers ─────────────────────────────────────────────────────────────────────────────

test("forged, broken, huge and dripping answers are silence within the budget", async () => {
  delegate(world, "a.test", { records: { "a.test": { MX } } });
  const one = world.dns.one("one");
  const found = { rcode: 0, aa: true, answers: [], authorities: [], additionals: [] };
  const hostile: Record<string, (query: dnsPacket.Packet, transport: string) => Buffer> = {
    "wrong id": (query) => encode({ ...query, id: ((query.id ?? 0) + 1) & 0xffff }, found),
    "other question": (query) =>
      encode({ ...query, questions: [{ type: "MX", name: "b.test" }] }, found),
    garbage: (query) => Buffer.concat([head(query), Buffer.alloc(500, 0xff)]),
    "counts that lie": (query) => {
      const bytes = encode(query, found);
      bytes.writeUInt16BE(0xffff, 6);
      return bytes;
    },
    "truncated for ever": (query) => encode(query, found, dnsPacket.TRUNCATED_RESPONSE),
    "64 KiB of nothing": (query, transport) =>
      transport === "udp"
        ? encode(query, found, dnsPacket.TRUNCATED_RESPONSE)
        : Buffer.concat([head(query), Buffer.alloc(65_000, 0xc0)]),
  };
  for (const [name, override] of Object.entries(hostile)) {
    const observer = world.observer();
    await observer.zoneOf("a.test");
    one.override = override;
    const started = performance.now();
    const { sights } = await observer.look("a.test", "MX");
    const [bad, good] = sights;
    assert.equal(bad?.records.length, 0, name);
    assert.notEqual(bad?.rcode, "NXDOMAIN", name);
    assert.equal(good?.records.length, 1, name);
    assert.ok(performance.now() - started < BUDGET_MS, name);
    one.override = null;
  }
});

test("a server that drips its TCP answer byte by byte is given up in time", async () => {
  delegate(world, "a.test", { records: { "a.test": { MX } } });
  const one = world.dns.one("one");
  const observer = world.observer();
  await observer.zoneOf("a.test");
  Object.assign(one, { mood: "truncate", dripMs: 40 });
  const started = performance.now();
  const { sights } = await observer.look("a.test", "MX");
  assert.deepEqual(sights.map(({ rcode }) => rcode).slice(0, 2), ["TIMEOUT", "NOERROR"]);
  assert.ok(performance.now() - started < BUDGET_MS);
});

const head = (query: dnsPacket.Packet) => {
  const id = query.id ?? 0;
  return Buffer.from([id >> 8, id & 0xff]);
};
