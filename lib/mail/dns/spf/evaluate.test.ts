import assert from "node:assert/strict";
import { test } from "node:test";
import { spf as reference } from "mailauth";
import { memoryObserver } from "../../../../tests/support/dns-memory.ts";
import type { Zone } from "../../../../tests/support/dns-server.ts";
import { evaluateSpf, type SpfDns } from "./evaluate.ts";
import { expandDomain } from "./macro.ts";
import { parseSpf } from "./record.ts";
import { spfTree } from "./tree.ts";

function dnsOf(zone: Zone, failures: Record<string, "TIMEOUT" | "SERVFAIL"> = {}): SpfDns {
  const { ask } = memoryObserver({ zone, failures });
  return { txt: (name) => ask(name, "TXT"), ask: (name, type) => ask(name, type) };
}

const check = async (ip: string, zone: Zone, failures = {}) => {
  const question = {
    ip,
    domain: "example.com",
    sender: "strong-bad@email.example.com",
    helo: "mx.example.org",
  };
  return evaluateSpf(question, dnsOf(zone, failures));
};
const result = async (ip: string, text: string, more: Zone = {}) =>
  (await check(ip, { "example.com": { TXT: [text] }, ...more })).result;

// The zone of RFC 7208, appendix A
const A: Zone = {
  "example.com": {
    MX: [
      { preference: 10, exchange: "mail-a.example.com" },
      { preference: 20, exchange: "mail-b.example.com" },
    ],
    A: ["192.0.2.10", "192.0.2.11"],
  },
  "mail-a.example.com": { A: ["192.0.2.129"] },
  "mail-b.example.com": { A: ["192.0.2.130"] },
  "amy.example.com": { A: ["192.0.2.65"] },
  "10.2.0.192.in-addr.arpa": { PTR: ["example.com"] },
  "65.2.0.192.in-addr.arpa": { PTR: ["amy.example.com"] },
  "140.2.0.192.in-addr.arpa": { PTR: ["mail-c.example.org"] },
  "mail-c.example.org": { A: ["192.0.2.140"] },
  "example.org": { MX: [{ preference: 10, exchange: "mail-c.example.org" }] },
};
const inA = (ip: string, text: string) =>
  result(ip, text, { ...A, "example.com": { ...A["example.com"], TXT: [text] } });

test("the examples of RFC 7208, appendix A", async () => {
  assert.equal(await inA("203.0.113.1", "v=spf1 +all"), "pass");
  assert.equal(await inA("192.0.2.10", "v=spf1 a -all"), "pass");
  assert.equal(await inA("192.0.2.129", "v=spf1 a -all"), "fail");
  assert.equal(await inA("192.0.2.140", "v=spf1 a:example.org -all"), "fail");
  assert.equal(await inA("192.0.2.129", "v=spf1 mx -all"), "pass");
  assert.equal(await inA("192.0.2.140", "v=spf1 mx mx:example.org -all"), "pass");
  assert.equal(await inA("192.0.2.131", "v=spf1 mx/30 mx:example.org/30 -all"), "pass");
  assert.equal(await inA("192.0.2.143", "v=spf1 mx/30 mx:example.org/30 -all"), "pass");
  assert.equal(await inA("192.0.2.65", "v=spf1 ptr -all"), "pass");
  assert.equal(await inA("192.0.2.140", "v=spf1 ptr -all"), "fail");
  assert.equal(await inA("192.0.2.129", "v=spf1 ip4:192.0.2.128/28 -all"), "pass");
  assert.equal(await inA("192.0.2.65", "v=spf1 ip4:192.0.2.128/28 -all"), "fail");
});

test("include matches on pass alone, and a missing record there is an error", async () => {
  const other = (text: string) => ({ "other.example": { TXT: [text] } });
  const one = "v=spf1 include:other.example ?all";
  assert.equal(await result("192.0.2.1", one, other("v=spf1 ip4:192.0.2.1 -all")), "pass");
  assert.equal(await result("192.0.2.2", one, other("v=spf1 ip4:192.0.2.1 -all")), "neutral");
  assert.equal(await result("192.0.2.2", one, other("v=spf1 ~all")), "neutral");
  assert.equal(await result("192.0.2.2", one, other("v=spf2")), "permerror");
  assert.equal(await result("192.0.2.2", one), "permerror");
  assert.equal(await result("192.0.2.2", one, other("v=spf1 nonsense")), "permerror");
});

test("redirect counts after everything else, and not beside all", async () => {
  const there = { "r.example": { TXT: ["v=spf1 ip4:192.0.2.1 ~all"] } };
  assert.equal(await result("192.0.2.1", "v=spf1 redirect=r.example ip4:192.0.2.9", there), "pass");
  assert.equal(await result("192.0.2.9", "v=spf1 redirect=r.example ip4:192.0.2.9", there), "pass");
  assert.equal(await result("192.0.2.2", "v=spf1 redirect=r.example", there), "softfail");
  assert.equal(await result("192.0.2.2", "v=spf1 redirect=r.example -all", there), "fail");
  assert.equal(await result("192.0.2.2", "v=spf1 redirect=gone.example"), "permerror");
});

test("no record, two records, trouble with DNS", async () => {
  assert.equal((await check("192.0.2.1", {})).result, "none");
  const two = { "example.com": { TXT: ["v=spf1 -all", "v=spf1 +all"] } };
  assert.equal((await check("192.0.2.1", two)).result, "permerror");
  const slow = { "example.com": { TXT: ["v=spf1 a:slow.example -all"] } };
  const answer = await check("192.0.2.1", slow, { "slow.example": "TIMEOUT" });
  assert.deepEqual([answer.result, answer.trouble?.name], ["temperror", "slow.example"]);
});

test("ten look-ups and two void ones are permitted, one more is an error", async () => {
  const includes = (n: number) =>
    Array.from({ length: n }, (_, at) => `include:s${at}.example`).join(" ");
  const zone = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [`s${at}.example`, { TXT: ["v=spf1 ?all"] }]),
  );
  assert.equal(await result("192.0.2.1", `v=spf1 ${includes(10)} +all`, zone), "pass");
  assert.equal(await result("192.0.2.1", `v=spf1 ${includes(11)} +all`, zone), "permerror");
  assert.equal(await result("192.0.2.1", "v=spf1 a:n1.example a:n2.example +all"), "pass");
  assert.equal(
    await result("192.0.2.1", "v=spf1 a:n1.example a:n2.example a:n3.example +all"),
    "permerror",
  );
});

test("void counts by the term: hosts of MX without one family of addresses are none", async () => {
  const hosts = ["m1.example", "m2.example", "m3.example", "m4.example"];
  const zone = Object.fromEntries(hosts.map((name) => [name, { A: ["192.0.2.7"] }]));
  const own = {
    "example.com": {
      TXT: ["v=spf1 mx ip6:2001:db8::1 -all"],
      MX: hosts.map((exchange) => ({ preference: 1, exchange })),
    },
  };
  const answer = await check("2001:db8::1", { ...zone, ...own });
  assert.deepEqual([answer.result, answer.voids], ["pass", 0]);
});

test("a loop ends", async () => {
  const loop = { "b.example": { TXT: ["v=spf1 include:example.com -all"] } };
  assert.equal(await result("192.0.2.1", "v=spf1 include:b.example -all", loop), "permerror");
  const tree = await spfTree(
    "example.com",
    "v=spf1 include:b.example -all",
    dnsOf({ ...loop, "example.com": { TXT: ["v=spf1 include:b.example -all"] } }),
  );
  assert.equal(tree.children[0]?.children[0]?.problem?.kind, "loop");
});

test("macros: the examples of RFC 7208 §7.4", () => {
  const values = {
    ...{ sender: "strong-bad@email.example.com", domain: "email.example.com" },
    ...{ ip: "192.0.2.3", helo: "mx.example.org", validated: "unknown" },
  };
  const cases: [string, string][] = [
    ["%{s}", "strong-bad@email.example.com"],
    ["%{o}", "email.example.com"],
    ["%{d4}", "email.example.com"],
    ["%{d2}", "example.com"],
    ["%{d1}", "com"],
    ["%{dr}", "com.example.email"],
    ["%{d2r}", "example.email"],
    ["%{l}", "strong-bad"],
    ["%{l-}", "strong.bad"],
    ["%{lr}", "strong-bad"],
    ["%{lr-}", "bad.strong"],
    ["%{l1r-}", "strong"],
    ["%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"],
    ["%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"],
    ["%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"],
    ["%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"],
  ];
  for (const [spec, expanded] of cases) assert.equal(expandDomain(spec, values), expanded, spec);
  const six = { ...values, ip: "2001:db8::cb01" };
  assert.equal(
    expandDomain("%{ir}.%{v}._spf.%{d2}", six),
    `1.0.b.c.${"0.".repeat(20)}8.b.d.0.1.0.0.2.ip6._spf.example.com`,
  );
});

test("terms that are none make the record an error; unknown modifiers do not", () => {
  for (const bad of [
    ...[
      "ipv4:192.0.2.1",
      "ip4:192.0.2.256",
      "ip4:192.0.2.1/33",
      "ip4",
      "ip6:::1/129",
      "a:",
      "a:/24",
    ],
    ...[
      "include",
      "include:",
      "exists",
      "all:x",
      "all/8",
      "a/33",
      "a//129",
      "mx/08",
      "-",
      "a:x..y/",
    ],
    ...[
      "a:museum",
      "a:museum.",
      "exists:%{c}.x.example",
      "exists:%{d0}.x.example",
      "all.",
      "=x",
      "a//",
    ],
    ...[
      "include:x.example/24",
      "redirect=",
      "redirect=%{z}.example",
      "a:%{d}%",
      "a:example.123",
      "ptr/24",
    ],
  ]) {
    assert.equal(parseSpf(`v=spf1 ${bad} -all`).problem, bad);
  }
  for (const good of [
    ...[
      "a",
      "+a",
      "A:Example.COM",
      "a/24",
      "a//64",
      "a/24//64",
      "a:x.example/0",
      "mx:%{d}",
      "ptr:x.example",
    ],
    ...[
      ...["a:foo:bar/baz.example.com", "a:foo.example/24", "a:foo.a-b", "default=pass"],
      "exists:%{ir}.%{v}.%{d2}",
      "include:_spf.x.example",
      "ip4:192.0.2.0/24",
      "ip6:2001:db8::/32",
    ],
    ...["exp=e.%{d}", "redirect=_spf.%{d2}", "future=anything/%{c}", "x=", "a:x.example.", "?all"],
  ]) {
    assert.equal(parseSpf(`v=spf1 ${good}`).problem, null, good);
  }
  assert.equal(
    parseSpf("v=spf1 redirect=a.example redirect=b.example").problem,
    "redirect=b.example",
  );
});

/** A resolver in the form of node:dns over a zone. */
function nodeResolver(zone: Zone) {
  return async (name: string, type: string) => {
    const node = zone[name.toLowerCase().replace(/\.$/, "")];
    const gone = Object.assign(new Error(name), { code: node ? "ENODATA" : "ENOTFOUND" });
    const values: readonly unknown[] =
      type === "TXT"
        ? (node?.TXT ?? []).map((text) => [text])
        : type === "MX"
          ? (node?.MX ?? []).map(({ preference, exchange }) => ({ priority: preference, exchange }))
          : type === "A"
            ? (node?.A ?? [])
            : type === "AAAA"
              ? (node?.AAAA ?? [])
              : [];
    if (values.length === 0) throw gone;
    return values as string[];
  };
}

test("an independent implementation agrees, over records put together at random", async () => {
  let state = 42;
  const next = (n: number) => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % n;
  const terms = [
    ...["a", "-a", "mx", "?mx", "a:one.example", "~a:two.example/24", "mx:one.example//64"],
    ...["ip4:192.0.2.0/28", "-ip4:192.0.2.7", "ip6:2001:db8::/48", "?ip6:2001:db8::7"],
    ...["include:inner.example", "-include:outer.example", "exists:%{i}.list.example"],
    ...["exists:%{l}.%{d2}.list.example", "x=y"],
  ];
  const ends = ["-all", "~all", "?all", "", "redirect=inner.example"];
  const record = () =>
    [
      "v=spf1",
      ...Array.from({ length: next(5) }, () => terms[next(terms.length)]),
      ends[next(ends.length)],
    ]
      .join(" ")
      .trim();
  for (let round = 0; round < 500; round++) {
    const zone: Zone = {
      "example.com": {
        TXT: [record()],
        A: ["192.0.2.3"],
        AAAA: ["2001:db8::3"],
        MX: [{ preference: 1, exchange: "one.example" }],
      },
      "one.example": {
        A: ["192.0.2.5"],
        AAAA: ["2001:db8:0:1::5"],
        MX: [{ preference: 1, exchange: "two.example" }],
      },
      "two.example": { A: ["192.0.2.70", "203.0.113.3"], AAAA: ["2001:db8:7::1"] },
      "inner.example": { TXT: ["v=spf1 ip4:192.0.2.9 ip6:2001:db8:9::/48 ~all"], A: ["192.0.2.1"] },
      "outer.example": { TXT: ["v=spf1 include:inner.example ip4:203.0.113.0/24 -all"] },
      "192.0.2.11.list.example": { A: ["127.0.0.2"] },
      "ann.example.com.list.example": { A: ["127.0.0.2"] },
    };
    const pool = [
      "192.0.2.3",
      "192.0.2.5",
      "192.0.2.7",
      "192.0.2.9",
      "192.0.2.11",
      "203.0.113.9",
      "2001:db8::7",
      "2001:db8:9::1",
      "2001:db8:0:1::9",
    ];
    const ip = pool[next(pool.length)] ?? "";
    const question = { ip, domain: "example.com", sender: "ann@example.com", helo: "h.example" };
    const ours = await evaluateSpf(question, dnsOf(zone));
    const theirs = await reference({
      ...{ ip, sender: "ann@example.com", helo: "h.example", mta: "m.example" },
      resolver: nodeResolver(zone),
    });
    const text = zone["example.com"]?.TXT?.[0];
    assert.equal(ours.result, theirs.status.result, `${ip}: ${text} (${theirs.status.comment})`);
  }
});
