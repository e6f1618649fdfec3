/** The observer on real name servers: knot, bind9, a validating unbound; Debian's kdig has to agree. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createObserver, type ClosableObserver } from "../../engine/dns/observer.ts";
import { createResolver } from "../../engine/dns/resolver.ts";
import type { RecordType } from "../../lib/mail/ports.ts";
import type { ZoneFacts } from "../../lib/mail/dns/observer.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { run } from "../support/run.ts";
import { findProgram, missing } from "../support/tools.ts";

const skip = missingDnsLab() || missing("kdig");
let lab: DnsLab;
let observer: ClosableObserver;

before(async () => {
  if (skip) return;
  lab = await startDnsLab([
    {
      name: "plain.test",
      negativeTtl: 42,
      text: `@ MX 10 mail
mail A 192.0.2.1
www CNAME mail
out CNAME target.signed.test.
halfway CNAME half.parted.test.
loop CNAME loop2
loop2 CNAME loop
far CNAME back.signed.test.
deep.below.ent TXT hi
@ TXT "${"x".repeat(250)}" "${"y".repeat(250)}"
${Array.from({ length: 12 }, (_, n) => `big TXT "${n} ${"z".repeat(230)}"`).join("\n")}`,
    },
    {
      name: "signed.test",
      dnssec: "signed",
      text: '@ TXT hi\n@ CAA 0 issue "ca.test"\ntarget A 192.0.2.7\nback CNAME far.plain.test.',
    },
    { name: "bogus.test", dnssec: "bogus", text: "@ TXT x" },
    { name: "lame.test", served: ["a"] },
    { name: "half.test", servers: ["a", "silent"] },
    { name: "split.test", independent: true, text: "@ TXT same" },
    { name: "parted.test", independent: true },
    { name: "bind.test", servers: ["b", "a"], dnssec: "signed", ownHosts: true },
    { name: "sub.plain.test", text: "@ TXT shared" },
    { name: "away.plain.test", servers: ["b"], text: "x TXT away" },
    { name: "differ.test", delegatedTo: ["a"], servers: ["a", "b"] },
    { name: "insecure.signed.test", text: "@ TXT plain" },
    { name: "2.0.192.in-addr.arpa", text: "1 PTR mail.plain.test." },
  ]);
  observer = create();
});
after(async () => {
  observer?.stop();
  await lab?.stop();
});

const create = () => {
  const { dns } = lab.settings;
  return createObserver({ dns, allowPrivate: true, resolver: createResolver(dns), tryMs: 500 });
};

const short = (facts: ZoneFacts) => ({
  apex: facts.apex,
  parent: [...facts.parentServers].sort().join(" "),
  own: [...facts.ownServers].sort().join(" "),
  servers: facts.servers.map((one) => `${one.host} ${one.rcode} ${one.authoritative ? "AA" : "-"}`),
  security: facts.security,
  exists: facts.exists,
});

const AB = "a.dns.test b.dns.test";
const BOTH = ["a.dns.test NOERROR AA", "b.dns.test NOERROR AA"];
const good = { parent: AB, own: AB, servers: BOTH, security: "unsigned", exists: true };

test("zones: where they are served, by whom, and whether they are signed", { skip }, async () => {
  const expected: Record<string, object> = {
    "plain.test": { ...good, apex: "plain.test" },
    "www.plain.test": { ...good, apex: "plain.test" },
    "none.plain.test": { ...good, apex: "plain.test", exists: false },
    "ent.plain.test": { ...good, apex: "plain.test" },
    "signed.test": { ...good, apex: "signed.test", security: "signed" },
    "bogus.test": { ...good, apex: "bogus.test", security: "bogus" },
    "insecure.signed.test": { ...good, apex: "insecure.signed.test", parent: "" },
    // Parent and child on the same servers: the delegation is never shown.
    "sub.plain.test": { ...good, apex: "sub.plain.test", parent: "" },
    "x.sub.plain.test": { ...good, apex: "sub.plain.test", parent: "", exists: false },
    "away.plain.test": {
      ...{ ...good, apex: "away.plain.test", parent: "b.dns.test", own: "b.dns.test" },
      servers: ["b.dns.test NOERROR AA"],
    },
    "differ.test": { ...good, apex: "differ.test", parent: "a.dns.test" },
    "lame.test": {
      ...{ ...good, apex: "lame.test" },
      servers: ["a.dns.test NOERROR AA", "b.dns.test REFUSED -"],
    },
    "half.test": {
      ...{ ...good, apex: "half.test", parent: "a.dns.test silent.dns.test" },
      own: "a.dns.test silent.dns.test",
      servers: ["a.dns.test NOERROR AA", "silent.dns.test TIMEOUT -"],
    },
    "1.2.0.192.in-addr.arpa": { ...good, apex: "2.0.192.in-addr.arpa" },
    "unregistered.test": {
      ...{ apex: "test", parent: "", own: "", servers: [], security: "unknown", exists: false },
    },
  };
  for (const [name, facts] of Object.entries(expected)) {
    const found = short(await observer.zoneOf(name));
    assert.deepEqual({ ...found, servers: found.servers.toSorted() }, facts, name);
  }
  assert.equal((await observer.zoneOf("plain.test")).negativeTtl, 42);
  const bind = await observer.zoneOf("bind.test");
  assert.deepEqual(bind.servers.map(({ host }) => host).toSorted(), [
    "ns-a.bind.test",
    "ns-b.bind.test",
  ]);
  assert.equal(bind.security, "signed");
});

/** What kdig sees at one server: values of the answer, as it prints them. */
async function dig(address: string, name: string, type: string, ...more: string[]) {
  const [ip = "", port = ""] = address.split(":");
  const args = [`@${ip}`, "-p", port, name, type, "+dnssec", "+noauth", "+noadd"];
  const { out } = await run(findProgram("kdig") ?? "kdig", [...args, ...more]);
  const lines = [...out.matchAll(/^\S+\s+\d+\s+IN\s+(\S+)\s+(.+)$/gm)];
  return {
    rcode: /status: (\w+)/.exec(out)?.[1] ?? "TIMEOUT",
    aa: /Flags:[^;]* aa/.test(out),
    ad: /Flags:[^;]* ad/.test(out),
    count: lines.filter(([, kind]) => kind === type).length,
  };
}

test("kdig sees the same at every server and at the resolver", { skip }, async () => {
  const questions: [string, RecordType][] = [
    ["plain.test", "MX"],
    ["plain.test", "TXT"],
    ["big.plain.test", "TXT"],
    ["www.plain.test", "A"],
    ["none.plain.test", "A"],
    ["ent.plain.test", "TXT"],
    ["signed.test", "CAA"],
    ["signed.test", "DS"],
    ["bind.test", "SOA"],
    ["bogus.test", "TXT"],
    ["sub.plain.test", "TXT"],
    ["x.away.plain.test", "TXT"],
    ["1.2.0.192.in-addr.arpa", "PTR"],
  ];
  for (const [name, type] of questions) {
    const { sights } = await observer.look(name, type);
    assert.ok(sights.length >= 2, `${name}: ${sights.length} sights`);
    for (const sight of sights) {
      const flags = sight.view === "authority" ? ["+norec"] : ["+adflag"];
      const seen = await dig(sight.from, name, type, ...flags);
      const where = `${name} ${type} at ${sight.server}`;
      assert.equal(sight.rcode, seen.rcode, where);
      if (sight.rcode !== "SERVFAIL") assert.equal(sight.records.length, seen.count, where);
      if (sight.view === "authority") assert.equal(sight.authoritative, seen.aa, where);
      else assert.equal(sight.authenticated, seen.ad, where);
      assert.equal(sight.bogus, name === "bogus.test" && sight.view === "resolver", where);
    }
  }
});

test(
  "CNAMEs out of the zone are followed to the other's authority; circles end",
  { skip },
  async () => {
    const { sights } = await observer.look("out.plain.test", "A");
    for (const sight of sights) {
      assert.deepEqual([sight.records, sight.via], [["192.0.2.7"], ["target.signed.test"]]);
    }
    // What one authority of the other zone does not have is not there for everybody.
    await lab.update("parted.test", ["add half 60 A 192.0.2.8"], "b");
    const halfway = await observer.look("halfway.plain.test", "A");
    assert.deepEqual(
      halfway.sights.slice(0, -1).map(({ rcode, records }) => [rcode, records.length]),
      Array(2).fill(["NXDOMAIN", 0]),
    );
    await lab.update("parted.test", ["add half 60 A 192.0.2.8"], "a");
    const whole = await observer.look("halfway.plain.test", "A");
    assert.ok(whole.sights.slice(0, -1).every(({ records }) => records[0] === "192.0.2.8"));
    for (const name of ["loop.plain.test", "far.plain.test"]) {
      const circle = await observer.look(name, "A");
      assert.deepEqual(
        circle.sights.map(({ rcode, records }) => [rcode, records.length]),
        circle.sights.map(() => ["SERVFAIL", 0]),
      );
    }
  },
);

test(
  "a change is seen at the authorities at once, whatever the resolver has kept",
  { skip },
  async () => {
    await observer.look("new.plain.test", "TXT");
    await lab.update("plain.test", ["add new 60 TXT fresh"]);
    const { sights } = await observer.look("new.plain.test", "TXT");
    assert.deepEqual(
      sights.map(({ view, records }) => [view, records.length]),
      [
        ["authority", 1],
        ["authority", 1],
        ["resolver", 0],
      ],
    );
    await lab.flush();
    const again = await observer.look("new.plain.test", "TXT");
    assert.deepEqual(again.sights.at(-1)?.records, ["fresh"]);
  },
);

test("servers that disagree show their serials", { skip }, async () => {
  await lab.update("split.test", ["add x 60 TXT only-b"], "b");
  const facts = await observer.zoneOf("split.test");
  const serials = facts.servers.map(({ host, serial }) => `${host} ${serial}`).toSorted();
  assert.deepEqual(serials, ["a.dns.test 1", "b.dns.test 2"]);
  const { sights } = await observer.look("x.split.test", "TXT");
  const found = sights.filter(({ view }) => view === "authority");
  assert.deepEqual(found.map(({ serial, records }) => [serial, records.length]).toSorted(), [
    [1, 0],
    [2, 1],
  ]);
});

test("a zone whose servers all refuse is still looked at by the resolver", { skip }, async () => {
  const fresh = create();
  await lab.behave("a", "refused");
  await lab.behave("b", "servfail");
  const facts = await fresh.zoneOf("bind.test");
  assert.deepEqual(
    [facts.apex, facts.exists, facts.servers.map(({ rcode }) => rcode).toSorted()],
    ["bind.test", true, ["REFUSED", "SERVFAIL"]],
  );
  const { sights } = await fresh.look("bind.test", "MX");
  assert.deepEqual(sights.map(({ view }) => view).toSorted(), [
    "authority",
    "authority",
    "resolver",
  ]);
  assert.ok(sights.every(({ authoritative }) => !authoritative));
  await lab.behave("a", "on");
  await lab.behave("b", "on");
  fresh.stop();
});
