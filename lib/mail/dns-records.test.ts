import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { test } from "node:test";
import packet from "dns-packet";
import { authenticate, dkimSign, dkimVerify, spf } from "mailauth";
import { parsePolicy, resolvePolicy } from "mailauth/lib/mta-sts.js";
import { en, zh } from "../i18n/dns-records.ts";
import { generateDkimKeys, newSelector } from "./dkim-keys.ts";
import { dmarcText, mailtoUri, reportDomains } from "./dns/dmarc.ts";
import { dmarcFromJson, dmarcToJson } from "./dns/dmarc-json.ts";
import { quotedChunks } from "./dns/rdata.ts";
import { reverseName } from "./dns/reverse-name.ts";
import {
  expectedRecords,
  serverRecords,
  type DomainSettings,
  type ExpectedRecord,
  type ServerSettings,
} from "./dns-records.ts";
import { newPolicyId, policyText } from "./mta-sts.ts";
import { formatZone } from "./zone-file.ts";

const HOST = "mail.host.example";
const SERVER = { hostName: HOST, ipv4: ["192.0.2.1"], ipv6: ["2001:db8::25"] };
const DOMAIN = { name: "example.com", mtaStsMode: "testing", mtaStsId: "20261123T071200" } as const;
const NOW = new Date("2026-11-23T07:12:00Z");

const keys = await generateDkimKeys({ now: NOW });
const dkim = keys.map((key) => ({ ...key, state: "signing" as const }));
const records = [...expectedRecords({ domain: DOMAIN, dkim, ...SERVER }), ...serverRecords(SERVER)];
const byId = (id: string) => records.find((record) => record.id === id);

/** A resolver in the form of node:dns that knows what we would publish, and nothing else. */
function publish(published: readonly ExpectedRecord[]) {
  return (name: string, type: string) => {
    const found = published.filter((record) => record.name === name && record.data.type === type);
    const values = found.map(({ data }) => {
      if (data.type === "TXT") return [data.value];
      if (data.type === "MX")
        return { exchange: data.value.exchange, priority: data.value.preference };
      return data.value;
    });
    if (values.length > 0) return Promise.resolve(values as string[]);
    return Promise.reject(Object.assign(new Error(`${type} ${name}`), { code: "ENOTFOUND" }));
  };
}
const resolver = publish(records);

test("the list of a domain: ids, names, needs", () => {
  const rows = expectedRecords({ domain: DOMAIN, dkim, ...SERVER }).map(
    ({ id, group, relativeName, data, need }) =>
      [id, group, relativeName, data.type, need].join(" "),
  );
  assert.deepEqual(rows, [
    "mx receive @ MX required-receive",
    "spf send @ TXT required-send",
    "dkim:ph2611r send ph2611r._domainkey TXT required-send",
    "dkim:ph2611e send ph2611e._domainkey TXT recommended",
    "dmarc protect _dmarc TXT recommended",
    "mtaStsHost encrypt mta-sts CNAME recommended",
    "mtaStsPolicy encrypt _mta-sts TXT recommended",
    "tlsReports encrypt _smtp._tls TXT recommended",
    "srv:submissions devices _submissions._tcp SRV recommended",
    "srv:submission devices _submission._tcp SRV optional",
    "srv:imaps devices _imaps._tcp SRV recommended",
    "srv:imap devices _imap._tcp SRV optional",
    "srv:pop3s devices _pop3s._tcp SRV recommended",
    "srv:pop3 devices _pop3._tcp SRV optional",
    "autoconfig devices autoconfig CNAME optional",
    "autodiscover devices autodiscover CNAME optional",
    "autodiscoverService devices _autodiscover._tcp SRV optional",
  ]);
});

test("ids are unique, names are lower case and end without a dot", () => {
  assert.equal(new Set(records.map(({ id }) => id)).size, records.length);
  for (const { name } of records) assert.match(name, /^[a-z0-9_.-]*[a-z0-9]$/);
});

test("values as people paste them", () => {
  const text = (id: string) => byId(id)?.text;
  assert.equal(text("mx"), `10 ${HOST}`);
  assert.equal(text("spf"), `v=spf1 a:${HOST} mx -all`);
  assert.equal(text("dmarc"), "v=DMARC1; p=none; rua=mailto:postmaster@example.com");
  assert.equal(text("mtaStsPolicy"), "v=STSv1; id=20261123T071200;");
  assert.equal(text("srv:imaps"), `0 1 993 ${HOST}`);
  assert.equal(text("srv:imap"), "0 0 0 .");
  assert.equal(text("hostSpf"), "v=spf1 a -all");
  assert.deepEqual(byId("autoconfig")?.orAddresses, ["192.0.2.1", "2001:db8::25"]);
});

test("SPF lets our addresses pass, in both families, and nobody else", async () => {
  const verdict = async (ip: string, sender: string) =>
    (await spf({ ip, sender, helo: HOST, mta: "x.example", resolver })).status.result;
  assert.equal(await verdict("192.0.2.1", "a@example.com"), "pass");
  assert.equal(await verdict("2001:db8::25", "a@example.com"), "pass");
  assert.equal(await verdict("192.0.2.2", "a@example.com"), "fail");
  assert.equal(await verdict("192.0.2.1", `postmaster@${HOST}`), "pass");
  assert.equal(await verdict("192.0.2.2", `postmaster@${HOST}`), "fail");
});

test("what is signed with the new keys verifies against the records, and passes DMARC", async () => {
  const message = Buffer.from(
    "From: a@example.com\r\nTo: b@example.org\r\nSubject: x\r\nDate: Mon, 23 Nov 2026 07:12:00 +0000\r\n" +
      "Message-ID: <1@example.com>\r\n\r\nhello\r\n",
  );
  const signatures = await Promise.all(
    keys.map(async ({ selector, algorithm, privateKey }) => {
      const key = {
        ...{ selector, signingDomain: DOMAIN.name, algorithm: algorithm.replace("_", "-") },
        privateKey: createPrivateKey({ key: privateKey, format: "der", type: "pkcs8" })
          .export({ format: "pem", type: "pkcs8" })
          .toString(),
      };
      const { signatures, errors } = await dkimSign(message, { ...key, signatureData: [key] });
      assert.deepEqual(errors, []);
      return signatures;
    }),
  );
  const signed = Buffer.concat([Buffer.from(signatures.join("")), message]);
  const { results } = await dkimVerify(signed, { resolver });
  assert.deepEqual(results.map(({ status, selector }) => [selector, status.result]).sort(), [
    ["ph2611e", "pass"],
    ["ph2611r", "pass"],
  ]);
  const { dmarc } = await authenticate(signed, {
    ip: "203.0.113.9",
    sender: "other@elsewhere.example",
    helo: "relay.example",
    mta: "x.example",
    resolver,
  });
  assert.ok(dmarc);
  assert.equal(dmarc.status.result, "pass");
  assert.equal(dmarc.policy, "none");
});

test("MTA-STS: the record and the policy are what RFC 8461 reads", async () => {
  assert.equal(await resolvePolicy(DOMAIN.name, { resolver, strict: true }), DOMAIN.mtaStsId);
  const text = policyText({ mode: "enforce", mx: [HOST, "mx2.host.example"], maxAge: 604_800 });
  assert.equal(
    text,
    `version: STSv1\r\nmode: enforce\r\nmx: ${HOST}\r\nmx: mx2.host.example\r\nmax_age: 604800\r\n`,
  );
  const policy = parsePolicy(text, { strict: true });
  assert.deepEqual(
    [policy.mode, policy.mx, policy.maxAge],
    ["enforce", [HOST, "mx2.host.example"], 604_800],
  );
  assert.match(policyText({ mode: "none", mx: [], maxAge: 9e9 }), /max_age: 31557600\r\n$/);
  assert.throws(() => policyText({ mode: "testing", mx: [], maxAge: 1 }), TypeError);
});

test("a new policy id is later than the one before, also when the clock is not", () => {
  assert.equal(newPolicyId(NOW), "20261123T071200");
  assert.equal(newPolicyId(NOW, "20261123T071159"), "20261123T071200");
  assert.equal(newPolicyId(NOW, "20261123T071200"), "20261123T071201");
  assert.equal(newPolicyId(NOW, "20261231T235959"), "20270101T000000");
  assert.notEqual(newPolicyId(NOW, "20261123071200"), "20261123071200");
  assert.match(newPolicyId(NOW, "zzz"), /^[A-Za-z0-9]{1,32}$/);
});

test("a mode of none asks for no policy records", () => {
  const off = expectedRecords({ domain: { ...DOMAIN, mtaStsMode: "none" }, dkim, ...SERVER });
  const needs = off.filter(({ kind }) => kind.startsWith("mtaSts")).map(({ need }) => need);
  assert.deepEqual(needs, ["optional", "optional"]);
});

test("keys that retire are kept, keys that are done with are not expected", () => {
  const [rsa, ed25519] = dkim;
  assert.ok(rsa && ed25519);
  const some = expectedRecords({
    domain: DOMAIN,
    dkim: [
      { ...rsa, state: "retiring" },
      { ...ed25519, state: "safe_to_delete" },
    ],
    hostName: HOST,
  });
  const found = some.filter(({ kind }) => kind === "dkim").map(({ id, need }) => [id, need]);
  assert.deepEqual(found, [["dkim:ph2611r", "optional"]]);
});

test("selectors: month and algorithm, never one that was used", () => {
  assert.equal(newSelector("rsa_sha256", NOW), "ph2611r");
  assert.equal(newSelector("ed25519_sha256", NOW, ["ph2611r"]), "ph2611e");
  assert.equal(newSelector("rsa_sha256", NOW, ["PH2611R", "ph2611r2"]), "ph2611r3");
});

test("Ed25519 publishes the 32 raw octets, RSA its SubjectPublicKeyInfo of 2048 bits", () => {
  const [rsa, ed25519] = keys;
  assert.equal(Buffer.from(ed25519?.publicKey ?? "", "base64").length, 32);
  assert.equal(Buffer.from(rsa?.publicKey ?? "", "base64").length, 294);
});

test("DMARC: only tags of RFC 9989, only what is not default", () => {
  const text = dmarcText({
    p: "quarantine",
    sp: "quarantine",
    np: "reject",
    t: true,
    strictDkim: true,
    strictSpf: false,
    rua: ["dmarc@example.com", "a,b!c@other.example"],
  });
  assert.equal(
    text,
    "v=DMARC1; p=quarantine; np=reject; adkim=s; t=y; " +
      "rua=mailto:dmarc@example.com,mailto:a%2Cb%21c@other.example",
  );
  assert.equal(dmarcText({ p: "reject", rua: [] }), "v=DMARC1; p=reject");
  assert.equal(mailtoUri("a;b@x.example"), "mailto:a%3Bb@x.example");
});

test("reports to another domain need its consent, to one's own they do not", () => {
  const to = (...rua: string[]) => reportDomains("example.com", { p: "none", rua });
  assert.deepEqual(to("a@example.com", "a@sub.example.com"), []);
  assert.deepEqual(to("a@other.example", "b@Other.Example"), ["other.example"]);
  assert.deepEqual(to("a@notexample.com"), ["notexample.com"]);
  const domain = { ...DOMAIN, dmarc: { p: "none", rua: ["a@other.example"] } } as const;
  const consent = expectedRecords({ domain, dkim, ...SERVER }).find(
    ({ kind }) => kind === "dmarcReports",
  );
  assert.equal(consent?.name, "example.com._report._dmarc.other.example");
  assert.equal(consent.scope, "elsewhere");
});

test("a host that is a mail domain itself has one SPF record, not two", () => {
  const domain = { ...DOMAIN, name: HOST };
  const all = [...expectedRecords({ domain, dkim, ...SERVER }), ...serverRecords(SERVER, [HOST])];
  const atHost = all.filter(({ name, text }) => name === HOST && text.startsWith("v=spf1"));
  assert.equal(atHost.length, 1);
  const names = all.filter(({ data }) => data.type === "TXT").map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});

test("reverse names, of any form of address", () => {
  assert.equal(reverseName("192.0.2.1"), "1.2.0.192.in-addr.arpa");
  const zeros = "0.".repeat(20);
  assert.equal(reverseName("2001:db8::25"), `5.2.0.0.${zeros}8.b.d.0.1.0.0.2.ip6.arpa`);
  assert.equal(reverseName("::1"), `1.${"0.".repeat(31)}ip6.arpa`);
  assert.equal(reverseName("1:2:3:4:5:6:7:8").length, 72);
});

/** Reads the quoted strings of a zone line back, as a name server does. */
function readQuoted(text: string): Buffer[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inside = ""]) =>
    Buffer.from(
      inside.replace(/\\(\d{3}|.)/g, (_, escaped: string) =>
        escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped,
      ),
      "latin1",
    ),
  );
}

test("TXT chunks: at most 255 octets, escaped, and the same text again on the wire", () => {
  for (const text of [
    "",
    "x".repeat(255),
    "x".repeat(256),
    'a "b" \\ c',
    "é".repeat(300),
    "\x07;",
  ]) {
    const chunks = readQuoted(quotedChunks(text));
    for (const chunk of chunks) assert.ok(chunk.length <= 255);
    assert.ok(chunks.length <= Math.ceil(Buffer.byteLength(text) / 255) || text === "");
    const wire = packet.encode({
      type: "response",
      answers: [{ type: "TXT", name: "x.example", data: chunks }],
    });
    const [answer] = packet.decode(wire).answers ?? [];
    assert.ok(answer?.type === "TXT" && Array.isArray(answer.data));
    assert.equal(Buffer.concat(answer.data.map((part) => Buffer.from(part))).toString(), text);
  }
});

test("the zone file: one line a record, comments, host-wide records apart and out of zone", () => {
  const say = (key: keyof typeof en) => en[key];
  const zone = formatZone(DOMAIN.name, records, { say });
  const lines = zone.split("\n").filter((line) => line !== "" && !line.startsWith(";"));
  assert.equal(lines[0], "$ORIGIN example.com.");
  assert.equal(lines.length - 1, records.filter(({ scope }) => scope === "domain").length);
  assert.ok(lines.includes(`@\t3600\tIN\tMX\t10 ${HOST}.`));
  assert.ok(lines.includes("_imap._tcp\t3600\tIN\tSRV\t0 0 0 ."));
  assert.ok(zone.includes(`\n; ${en["dns.mx.purpose"]}\n@\t`));
  const once = zone.slice(zone.indexOf(en["dns.zone.once"]));
  assert.ok(once.includes(`; ${HOST}.\t3600\tIN\tA\t192.0.2.1\n`));
  assert.ok(once.includes("; 1.2.0.192.in-addr.arpa.\t3600\tIN\tPTR\tmail.host.example.\n"));
});

test("the zone file with full names sets no origin, and a host in the zone is not commented out", () => {
  const server = { ...SERVER, hostName: "mail.example.com" };
  const all = [...expectedRecords({ domain: DOMAIN, dkim, ...server }), ...serverRecords(server)];
  const full = formatZone(DOMAIN.name, all, { names: "full" });
  assert.ok(!full.includes("$ORIGIN"));
  assert.ok(full.includes("\nmail.example.com.\t3600\tIN\tA\t192.0.2.1\n"));
  assert.ok(full.includes("\n_dmarc.example.com.\t3600\tIN\tTXT\t"));
  assert.ok(formatZone(DOMAIN.name, all).includes("\nmail\t3600\tIN\tAAAA\t2001:db8::25\n"));
});

test("a text with a line end cannot start a record", () => {
  const zone = formatZone(DOMAIN.name, records, { say: () => "a\r\n@ IN A 1.2.3.4\u2028b" });
  for (const line of zone.split(/[\r\n\u2028]/)) assert.ok(!line.startsWith("@ IN A"), line);
});

test("every record has its texts in both languages", () => {
  for (const record of records) {
    for (const key of [record.titleKey, record.purposeKey, record.passKey]) {
      assert.ok(en[key].length > 2 && zh[key].length > 2, key);
      assert.doesNotMatch(en[key] + zh[key], /[{}]/);
    }
  }
  assert.deepEqual(Object.keys(zh), Object.keys(en));
});

const idsOf = (domain: DomainSettings, server: ServerSettings = SERVER) =>
  expectedRecords({ domain, dkim, ...server }).map(({ id }) => id);

test("what a domain is used for decides which records it needs", () => {
  const of = (mode: NonNullable<DomainSettings["mode"]>) => idsOf({ ...DOMAIN, mode });
  assert.deepEqual(of("full"), idsOf(DOMAIN));
  assert.deepEqual(of("reports"), ["dmarc", "tlsReports"]);
  const send = of("send");
  for (const id of ["mx", "mtaStsPolicy", "tlsReports", "srv:imaps", "srv:imap"])
    assert.ok(!send.includes(id), id);
  for (const id of ["spf", "dkim:ph2611r", "dmarc", "srv:submissions"])
    assert.ok(send.includes(id));
  const spf = (mode: "send" | "receive") =>
    expectedRecords({ domain: { ...DOMAIN, mode }, dkim, ...SERVER }).find(
      ({ id }) => id === "spf",
    );
  assert.equal(spf("send")?.text, `v=spf1 a:${HOST} -all`, "MX is somebody else's");
  for (const id of ["autoconfig", "autodiscover", "autodiscoverService"])
    assert.ok(!send.includes(id), id);
  const receive = of("receive");
  assert.ok(receive.includes("srv:imaps") && !receive.includes("srv:submissions"));
  const input = { domain: { ...DOMAIN, mode: "receive" }, dkim, ...SERVER } as const;
  const selectors = expectedRecords(input).filter(({ kind }) => kind === "dkim");
  assert.equal(selectors.length, 2);
  for (const { group, need } of selectors) assert.deepEqual([group, need], ["protect", "optional"]);
  assert.equal(spf("receive")?.need, "recommended");
  assert.equal(spf("receive")?.text, `v=spf1 a:${HOST} mx -all`, "forwards leave in its name");
});

test("several hosts: an MX each, fingerprints at each, and SPF knows them", () => {
  const exchanges = [
    { host: HOST, preference: 10 },
    { host: "mx2.host.example", preference: 20 },
  ];
  const tlsa = [{ usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32, 1) }];
  const server = { ...SERVER, exchanges, tlsa };
  assert.deepEqual(idsOf(DOMAIN, server).slice(0, 3), ["mx", "mx:mx2.host.example", "spf"]);
  const names = serverRecords(server)
    .filter(({ kind }) => kind === "hostTlsa")
    .map(({ id, name }) => `${id} ${name}`);
  assert.deepEqual(names, [
    `hostTlsa:25:0 _25._tcp.${HOST}`,
    `hostTlsa:465:0 _465._tcp.${HOST}`,
    `hostTlsa:993:0 _993._tcp.${HOST}`,
    `hostTlsa:995:0 _995._tcp.${HOST}`,
    "hostTlsa:mx2.host.example:25:0 _25._tcp.mx2.host.example",
  ]);
});

test("a key behind an alias: the alias in the domain, the key in the host's zone", () => {
  const target = "ph2611r.keys.host.example";
  const [rsa] = dkim;
  assert.ok(rsa);
  const found = expectedRecords({ domain: DOMAIN, dkim: [{ ...rsa, target }], ...SERVER });
  const shown = found
    .filter(({ kind }) => kind.startsWith("dkim"))
    .map(({ id, scope, name, data }) => [id, scope, name, data.type]);
  assert.deepEqual(shown, [
    ["dkim:ph2611r", "domain", "ph2611r._domainkey.example.com", "CNAME"],
    ["dkimTarget:ph2611r", "host", target, "TXT"],
  ]);
});

test("logo and certificate authority, only where they are set", () => {
  const bimi = { location: "https://x.example/l.svg", authority: "https://x.example/v.pem" };
  const [logo] = expectedRecords({ domain: { ...DOMAIN, bimi }, dkim, ...SERVER }).filter(
    ({ kind }) => kind === "bimi",
  );
  assert.equal(logo?.name, "default._bimi.example.com");
  assert.equal(logo.text, `v=BIMI1; l=${bimi.location}; a=${bimi.authority};`);
  const issuer = {
    ...{ issuer: "letsencrypt.org", accountUri: "https://acme.example/acct/1" },
    validationMethods: ["http-01", "tls-alpn-01"],
  };
  const host = serverRecords({ ...SERVER, issuer });
  const caa = host.find(({ kind }) => kind === "hostCaa");
  const value =
    "letsencrypt.org; accounturi=https://acme.example/acct/1; validationmethods=http-01,tls-alpn-01";
  assert.equal(caa?.text, `0 issue "${value}"`);
  assert.ok(formatZone("host.example", host).includes(`mail\t3600\tIN\tCAA\t0 issue "${value}"\n`));
  assert.ok(!serverRecords(SERVER).some(({ kind }) => kind === "hostCaa"));
});

test("DMARC: every tag of RFC 9989 is written, failure options only for those who ask for reports", () => {
  const policy = {
    p: "reject",
    psd: "n",
    rua: [],
    ruf: ["f@example.com"],
    fo: ["1", "d"],
  } as const;
  assert.equal(dmarcText(policy), "v=DMARC1; p=reject; psd=n; fo=1:d; ruf=mailto:f@example.com");
  assert.equal(dmarcText({ ...policy, ruf: [] }), "v=DMARC1; p=reject; psd=n");
  assert.deepEqual(reportDomains("example.com", { ...policy, ruf: ["f@other.example"] }), [
    "other.example",
  ]);
  assert.deepEqual(dmarcFromJson(dmarcToJson(policy)), policy);
});
