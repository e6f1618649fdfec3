import assert from "node:assert/strict";
import { test } from "node:test";
import { judgePublished, KEYS, NOW } from "../../../../tests/support/dns-published.ts";
import type { DmarcDisposition, DmarcPolicy } from "../dmarc.ts";
import type { DomainSettings, PublishedKey, ServerSettings } from "../settings.ts";

/** A small generator of our own: the same settings every time, so that a failure can be had again. */
function randomness(seed: number) {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  return {
    next,
    yes: () => next() < 0.5,
    pick: <T>(first: T, ...rest: T[]): T =>
      [first, ...rest][Math.floor(next() * (rest.length + 1))] ?? first,
  };
}
type Random = ReturnType<typeof randomness>;

function anyPolicy({ pick, yes }: Random, name: string): DmarcPolicy {
  const any = (): DmarcDisposition => pick("none", "quarantine", "reject");
  return {
    p: any(),
    ...(yes() && { sp: any() }),
    ...(yes() && { np: any() }),
    ...(yes() && { t: true }),
    ...(yes() && { psd: pick("y", "n") }),
    ...(yes() && { strictDkim: yes() }),
    ...(yes() && { strictSpf: yes() }),
    rua: pick([], [`dmarc@${name}`], ["a,b!c@reports.example", `Post.Master@${name}`]),
    ...(yes() && {
      ruf: [`ruf@${pick(name, "other.example")}`],
      fo: pick(["1"], ["0"], ["d", "s"]),
    }),
  };
}

function anyDomain(random: Random): DomainSettings {
  const { pick, yes } = random;
  const name = pick(
    "example.com",
    "sub.example.com",
    "xn--fiqs8s.example",
    "a.b.c.d.e.f.g.h.example",
  );
  return {
    name,
    mtaStsMode: pick("none", "testing", "enforce"),
    mtaStsId: pick("20261123T071200", "1", "a".repeat(32)),
    ...(yes() && { mode: pick("full", "receive", "send", "reports") }),
    ...(yes() && { dmarc: anyPolicy(random, name) }),
    ...(yes() && { tlsReportsTo: "tls@elsewhere.example" }),
    ...(yes() && {
      bimi: {
        location: "https://x.example/l.svg",
        ...(yes() && { authority: "https://x.example/v.pem" }),
      },
    }),
  };
}

function anyServer({ pick, yes }: Random): ServerSettings {
  const hostName = pick("mail.host.example", "mx.example.com", "example.com");
  const data = (octet: number) => Buffer.alloc(32, octet);
  const tlsa = [1, 2].map((octet) => ({
    usage: 3,
    selector: 1,
    matchingType: 1,
    data: data(octet),
  }));
  return {
    hostName,
    ipv4: pick([], ["192.0.2.1"], ["192.0.2.1", "198.51.100.7"]),
    ipv6: pick([], ["2001:DB8:0::25"]),
    ...(yes() && { mxPriority: 0 }),
    ...(yes() && {
      exchanges: [
        { host: hostName, preference: 10 },
        { host: "mx2.host.example", preference: 20 },
      ],
    }),
    ...(yes() && { tlsa: pick(tlsa.slice(0, 1), tlsa), tlsPorts: pick([25], [25, 465, 443]) }),
    ...(yes() && {
      issuer: {
        issuer: "ca.example",
        ...(yes() && { accountUri: "https://ca.example/acct/1" }),
        ...(yes() && { validationMethods: ["http-01", "tls-alpn-01"] }),
      },
    }),
    ...(yes() && {
      services: {
        submissions: 465,
        submission: 587,
        imaps: 993,
        imap: null,
        pop3s: null,
        pop3: pick(110, null),
      },
    }),
  };
}

function anyKeys({ pick, yes }: Random): PublishedKey[] {
  return KEYS.filter(yes).map((key) => ({
    ...key,
    state: pick("publishing", "visible", "signing", "retiring", "safe_to_delete"),
    ...(yes() && { target: `${key.selector}.keys.host.example` }),
  }));
}

test("whatever the settings: what we recommend, once it is published, is never complained about", async () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = randomness(seed * 7919);
    const setup = { domain: anyDomain(random), server: anyServer(random), keys: anyKeys(random) };
    const addresses = { A: [...(setup.server.ipv4 ?? [])], AAAA: [...(setup.server.ipv6 ?? [])] };
    const results = await judgePublished({
      ...setup,
      // The second host is announced, and has addresses, in whatever set-up has one.
      edit: (zone) => (zone["mx2.host.example"] ??= addresses),
      dns: { facts: { security: "signed" } },
    });
    for (const [key, { verdict, reasons }] of results) {
      assert.equal(
        verdict,
        "ok",
        `${key} of seed ${seed}: ${JSON.stringify({ reasons, ...setup })}`,
      );
    }
  }
});

test("a domain without mail of its own is right with its reports alone", async () => {
  const domain = {
    name: "example.com",
    mtaStsMode: "none",
    mtaStsId: "1",
    mode: "reports",
  } as const;
  const results = await judgePublished({ domain, ctx: { now: NOW } });
  const own = [...results.values()].filter(({ scope }) => scope === "domain").map(({ key }) => key);
  assert.deepEqual(own, ["dmarc", "tlsReports"]);
});
