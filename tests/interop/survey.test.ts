/** A look at a domain before it is added, at real name servers: knot, bind9, a validating unbound. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createObserver, type ClosableObserver } from "../../engine/dns/observer.ts";
import { createResolver } from "../../engine/dns/resolver.ts";
import { surveyDomain } from "../../engine/dns/survey.ts";
import { findingsOf } from "../../lib/mail/dns/survey-findings.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";

const HOST = "mail.host.test";
const skip = missingDnsLab();
let lab: DnsLab;
let observer: ClosableObserver;

before(async () => {
  if (skip) return;
  lab = await startDnsLab([
    { name: "host.test", text: "mail A 192.0.2.25" },
    {
      name: "moving.test",
      dnssec: "signed",
      text: `@ 7200 MX 10 mx.far.test.
@ TXT "v=spf1 a:${HOST} ip4:203.0.113.0/24 -all"
_dmarc TXT "v=DMARC1; p=reject"
shop A 192.0.2.80`,
    },
    { name: "parked.test", text: '@ MX 0 .\n@ TXT "v=spf1 -all"' },
    { name: "broken.test", dnssec: "bogus", text: "@ MX 10 mx.far.test." },
    { name: "silent.test", servers: ["b"], text: "@ MX 10 mx.far.test." },
  ]);
  const { dns } = lab.settings;
  const parts = { dns, allowPrivate: true, resolver: createResolver(dns), tryMs: 500 };
  observer = createObserver(parts);
});
after(async () => {
  observer?.stop();
  await lab?.stop();
});

async function found(name: string) {
  const signal = AbortSignal.timeout(30_000);
  const by = { observer, hostName: HOST, addresses: ["192.0.2.25"], signal };
  const survey = await surveyDomain(name, by);
  const findings = findingsOf(survey, [HOST]);
  return { survey, ...findings, keys: findings.sentences.map(({ key }) => key) };
}

test(
  "mail elsewhere, this server named by SPF, signed: all of it, with the TTL of the authority",
  { skip },
  async () => {
    const { survey, keys, suggestion, mxTtl } = await found("moving.test");
    assert.deepEqual(keys, [
      ...["found.mx.elsewhere", "found.dns.servers", "found.dnssec.signed", "found.spf.passes"],
      "found.dmarc.p.reject",
    ]);
    assert.equal(suggestion?.mode, "send");
    assert.equal(mxTtl, 7200);
    assert.equal(survey.apex, "moving.test");
  },
);

test(
  "null MX; a sub-domain without records of its own; a name that nobody has registered",
  { skip },
  async () => {
    const parked = await found("parked.test");
    assert.deepEqual([parked.keys[0], parked.suggestion?.mode], ["found.mx.null", "reports"]);
    assert.equal((await found("new.moving.test")).keys[0], "found.empty");
    assert.equal((await found("shop.moving.test")).keys[0], "found.mx.none");
    assert.equal((await found("nobody.test")).keys[0], "found.gone");
  },
);

test("broken signatures are said; where nobody answers nothing is claimed", { skip }, async () => {
  const broken = await found("broken.test");
  assert.ok(broken.keys.includes("found.dnssec.bogus"), broken.keys.join(" "));
  await lab.behave("b", "off");
  await lab.flush();
  const silent = await found("silent.test");
  assert.equal(silent.suggestion, null);
  assert.equal(silent.survey.mx.answered, false);
  for (const key of silent.keys) assert.match(key, /unknown$|found\.(dns\.servers|dnssec\.)/);
});
