/** What is found of a domain before it is added: said only where somebody answered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { surveyDomain } from "../../engine/dns/survey.ts";
import { SurveyResult } from "../../lib/jobs/definitions/domain-survey.ts";
import { en } from "../../lib/i18n/en.ts";
import { findingsOf } from "../../lib/mail/dns/survey-findings.ts";
import { memoryObserver, type MemoryDns } from "../support/dns-memory.ts";

const HOST = "mail.host.example";
const D = "shop.de";

async function found(dns: MemoryDns, name = D) {
  const survey = await surveyDomain(name, {
    observer: memoryObserver(dns),
    hostName: HOST,
    addresses: ["192.0.2.1"],
    signal: AbortSignal.timeout(5_000),
  });
  // As it comes out of the job's row.
  const kept = SurveyResult.parse(JSON.parse(JSON.stringify(survey)));
  const { sentences, ...rest } = findingsOf(kept, [HOST]);
  for (const { key, params } of sentences) {
    const text: string | undefined = (en as Record<string, string>)[key];
    assert.ok(text, key);
    for (const [, slot = ""] of text.matchAll(/\{(\w+)/g))
      assert.ok(slot in params, `${key}: ${slot}`);
  }
  if (rest.suggestion) assert.ok(rest.suggestion.why in en, rest.suggestion.why);
  return { ...rest, keys: sentences.map(({ key }) => key), sentences, survey: kept };
}

const mx = (...exchanges: string[]) => ({
  MX: exchanges.map((exchange, at) => ({ preference: (at + 1) * 10, exchange })),
});
const host = { [HOST]: { A: ["192.0.2.1"] } };

test("mail at a provider: named, nothing changes until MX does, and how long MX is kept", async () => {
  const answer = await found({
    zone: {
      ...host,
      [D]: { ...mx("aspmx.l.google.com"), TXT: ["v=spf1 include:_spf.google.com ~all", "x=y"] },
      "_spf.google.com": { TXT: ["v=spf1 ip4:203.0.113.0/24 ~all"] },
      [`_dmarc.${D}`]: { TXT: ["v=DMARC1; p=quarantine; rua=mailto:a@shop.de"] },
    },
    ttl: 3600,
    facts: { security: "signed", ownServers: ["ada.ns.cloudflare.com"], parentServers: [] },
  });
  assert.deepEqual(answer.keys, [
    ...["found.mx.provider", "found.dns.host", "found.dnssec.signed", "found.spf"],
    "found.dmarc.p.quarantine",
  ]);
  assert.deepEqual(answer.sentences[0]?.params, { domain: D, provider: "Google Workspace" });
  assert.deepEqual(answer.suggestion, { mode: "full", why: "found.suggest.move" });
  assert.equal(answer.mxTtl, 3600);
});

test("mail elsewhere while SPF lets this server send: a domain that sends here", async () => {
  const answer = await found({
    zone: { ...host, [D]: { ...mx("mx.far.net"), TXT: [`v=spf1 a:${HOST} mx -all`] } },
  });
  assert.ok(answer.keys.includes("found.mx.elsewhere"));
  assert.ok(answer.keys.includes("found.spf.passes"));
  assert.equal(answer.suggestion?.mode, "send");
});

test("mail that arrives here already; SPF that lets only others send: a domain that receives here", async () => {
  const here = await found({ zone: { ...host, [D]: { ...mx(HOST), TXT: [`v=spf1 mx -all`] } } });
  assert.deepEqual([here.keys[0], here.suggestion?.mode], ["found.mx.here", "full"]);
  const others = await found({
    zone: { ...host, [D]: { ...mx(HOST), TXT: ["v=spf1 ip4:203.0.113.9 -all"] } },
  });
  assert.equal(others.suggestion?.mode, "receive");
  const both = await found({ zone: { ...host, [D]: mx("mx.far.net", HOST) } });
  assert.equal(both.keys[0], "found.mx.both");
});

test("null MX: no mail at all, so its reports; no MX: nothing in the way", async () => {
  const none = await found({ zone: { ...host, [D]: { ...mx("."), TXT: ["v=spf1 -all"] } } });
  assert.deepEqual([none.keys[0], none.suggestion?.mode], ["found.mx.null", "reports"]);
  const fresh = await found({ zone: { ...host, [D]: { TXT: [] } } });
  assert.deepEqual([fresh.keys[0], fresh.suggestion?.mode], ["found.mx.none", "full"]);
  assert.ok(fresh.keys.includes("found.spf.none") && fresh.keys.includes("found.dmarc.none"));
});

test("a name that its registry does not know, and one that has no records below somebody's zone", async () => {
  const gone = await found({ zone: host, facts: { exists: false, apex: "de" } });
  assert.equal(gone.keys[0], "found.gone");
  const below = await found(
    { zone: { "shop.de": { TXT: [] } }, facts: { exists: false, apex: "shop.de" } },
    "mail.shop.de",
  );
  assert.equal(below.keys[0], "found.empty");
});

test("two SPF records, two DMARC records and broken signatures are said as such", async () => {
  const answer = await found({
    zone: {
      ...host,
      [D]: { ...mx(HOST), TXT: ["v=spf1 mx -all", "v=spf1 -all"] },
      [`_dmarc.${D}`]: { TXT: ["v=DMARC1; p=none", "v=DMARC1; p=reject"] },
    },
    facts: { security: "bogus" },
  });
  for (const key of ["found.spf.two", "found.dmarc.two", "found.dnssec.bogus"] as const)
    assert.ok(answer.keys.includes(key), key);
});

test("while a change spreads, what any of the servers says is among the answers", async () => {
  const zone = { ...host, [D]: mx(HOST) };
  const old = { ...host, [D]: mx("mx.far.net") };
  const servers = [{ host: "ns1.x.example" }, { host: "ns2.x.example", zone: old }];
  const answer = await found({ zone, servers });
  assert.equal(answer.mail.to, "both");
});

test("what nobody answers is not called absent, and nothing is suggested", async () => {
  const silent = await found({
    zone: {},
    failures: { [D]: "TIMEOUT", [`_dmarc.${D}`]: "TIMEOUT" },
    facts: {
      ...{ apex: null, exists: null, servers: [], ownServers: [], parentServers: [] },
      security: "unknown",
    },
  });
  assert.deepEqual([silent.silent, silent.keys, silent.suggestion], [true, [], null]);
  const partly = await found({
    zone: { ...host, [`_dmarc.${D}`]: { TXT: [] } },
    failures: { [D]: "SERVFAIL" },
  });
  assert.equal(partly.suggestion, null);
  assert.equal(partly.sentences[0]?.key, "found.mx.unknown");
  assert.equal(partly.sentences[0]?.params["rcode"], "SERVFAIL");
  assert.ok(partly.keys.includes("found.spf.unknown"));
  assert.ok(partly.keys.includes("found.dmarc.none"), "this one was answered");
});
