/** What counts as right, kind by kind: meaning, not spelling. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createHash } from "node:crypto";
import {
  judgePublished,
  reasonsOf,
  SERVER,
  type Setup,
} from "../../../../tests/support/dns-published.ts";
import type { Zone } from "../../../../tests/support/dns-server.ts";

const D = "example.com";
const HOST = SERVER.hostName;

async function judged(key: string, edit: (zone: Zone) => void = () => {}, more: Setup = {}) {
  const result = (await judgePublished({ ...more, edit })).get(key);
  assert.ok(result, key);
  return { ...result, summary: [result.verdict, ...reasonsOf(result)] };
}
const put = (name: string, node: Zone[string]) => (zone: Zone) => void (zone[name] = node);

test("MX: the set of hosts and their order count, numbers do not", async () => {
  const mx = (...hosts: [number, string][]) =>
    judged("mx", (zone) => {
      zone[D] = {
        ...zone[D],
        MX: hosts.map(([preference, exchange]) => ({ preference, exchange })),
      };
      zone["other.example"] = { A: ["203.0.113.9"] };
      zone["alias.example"] = { CNAME: [HOST] };
      zone["same.example"] = { A: ["192.0.2.1"] };
    });
  assert.deepEqual((await mx([0, "Mail.Host.Example."])).summary, ["ok"]);
  assert.deepEqual((await mx([10, "other.example"])).summary, ["different", "mx.elsewhere"]);
  const extra = await mx([10, HOST], [20, "other.example"]);
  assert.deepEqual(extra.summary, ["different", "mx.extra"]);
  assert.deepEqual(extra.fix, {
    ...{ action: "remove", name: D, type: "MX", remove: ["20 other.example"], add: [] },
  });
  assert.deepEqual((await mx([10, HOST], [5, "other.example"])).summary.slice(0, 2), [
    "different",
    "mx.first",
  ]);
  assert.deepEqual((await mx([0, ""])).summary, ["different", "mx.null"]);
  assert.deepEqual((await mx([10, HOST], [0, "."])).summary, ["conflict", "mx.null"]);
  assert.deepEqual((await mx([10, "192.0.2.1"])).summary, ["different", "mx.literal"]);
  assert.deepEqual((await mx([10, "alias.example"])).summary, ["weak", "mx.cname"]);
  assert.deepEqual((await mx([10, "same.example"])).summary, ["weak", "mx.otherName"]);
  assert.deepEqual((await mx([10, "nowhere.example"])).summary, ["different", "mx.noAddress"]);
  const google = await mx([1, "aspmx.l.google.com"], [5, "alt1.aspmx.l.google.com"]);
  assert.deepEqual(google.reasons[0]?.params, {
    ...{ provider: "Google Workspace", host: "aspmx.l.google.com" },
  });
  assert.deepEqual(google.fix?.add, [`10 ${HOST}`]);
  assert.equal(google.fix?.remove.length, 2);
});

test("MTA-STS: the id is that of the policy in force", async () => {
  const name = `_mta-sts.${D}`;
  const sts = (text: string) => judged("mtaStsPolicy", put(name, { TXT: [text] }));
  assert.deepEqual((await sts("v=STSv1;id=20261123T071200")).summary, ["ok"]);
  assert.deepEqual((await sts("v=STSv1; x=1; id=20261123T071200; ")).summary, ["ok"]);
  assert.deepEqual((await sts("v=STSv1; id=old")).summary, ["different", "sts.otherId"]);
  assert.deepEqual((await sts("v=STSv1; id=a-b")).summary, ["different", "sts.syntax"]);
  assert.deepEqual(
    (await sts("v=STSv1;")).summary[1],
    "dns.semicolonsLost" in {} ? "" : "sts.syntax",
  );
});

test("TLS-RPT: reports come here, whoever else gets them too", async () => {
  const name = `_smtp._tls.${D}`;
  const tls = (text: string) => judged("tlsReports", put(name, { TXT: [text] }));
  const ours = `mailto:postmaster@${D}`;
  assert.deepEqual((await tls(`v=TLSRPTv1;rua=https://x.example/r,${ours}`)).summary, ["ok"]);
  const elsewhere = await tls("v=TLSRPTv1; rua=mailto:a@b.example");
  assert.deepEqual(elsewhere.summary, ["weak", "tlsrpt.elsewhere"]);
  assert.deepEqual(elsewhere.fix?.add, [`v=TLSRPTv1; rua=mailto:a@b.example,${ours}`]);
  assert.deepEqual((await tls("v=TLSRPTv1; rua=ftp://x")).summary, ["different", "tlsrpt.syntax"]);
});

test("names that have to reach this server: alias, addresses, or another name of it", async () => {
  const name = `mta-sts.${D}`;
  const alias = (node: Zone[string], more: Zone = {}) =>
    judged("mtaStsHost", (zone) => Object.assign(zone, { [name]: node, ...more }));
  assert.deepEqual((await alias({ A: ["192.0.2.1"] })).summary, ["ok", "alias.addresses"]);
  assert.deepEqual((await alias({ AAAA: ["2001:DB8::0025"] })).summary, ["ok", "alias.addresses"]);
  const other = { "www.example.com": { A: ["192.0.2.1"] } };
  assert.deepEqual((await alias({ CNAME: ["www.example.com"] }, other)).summary, [
    "ok",
    "alias.sameHost",
  ]);
  assert.deepEqual((await alias({ A: ["192.0.2.1", "203.0.113.5"] })).summary, [
    "weak",
    "alias.partly",
  ]);
  assert.deepEqual((await alias({ A: ["203.0.113.5"] })).summary, ["different", "alias.elsewhere"]);
  assert.deepEqual((await alias({ CNAME: ["x.example"] })).summary, [
    "different",
    "alias.elsewhere",
  ]);
});

test("SRV: target and port; “.” says that a service is not offered", async () => {
  const srv = (key: string, port: number, target: string) =>
    judged(
      key,
      put(`_${key.slice(4)}._tcp.${D}`, { SRV: [{ priority: 5, weight: 9, port, target }] }),
    );
  assert.deepEqual((await srv("srv:imaps", 993, HOST)).summary, ["ok"]);
  assert.deepEqual((await srv("srv:imaps", 143, HOST)).summary, ["different", "srv.port"]);
  assert.deepEqual((await srv("srv:imaps", 993, "x.example")).summary, ["different", "srv.target"]);
  assert.deepEqual((await srv("srv:imaps", 0, "")).summary, ["different", "srv.off"]);
  assert.deepEqual((await srv("srv:imap", 143, HOST)).summary, ["weak", "srv.offered"]);
  const absent = await judged("srv:imap", (zone) => delete zone[`_imap._tcp.${D}`]);
  assert.deepEqual(absent.summary.slice(0, 1), ["off"]);
});

test("PTR: both directions", async () => {
  const name = "1.2.0.192.in-addr.arpa";
  const ptr = (node: Zone[string], more: Zone = {}) =>
    judged("hostPointer:192.0.2.1", (zone) => Object.assign(zone, { [name]: node }, more));
  assert.deepEqual((await ptr({ PTR: ["Mail.Host.Example."] })).summary, ["ok"]);
  assert.deepEqual((await ptr({ PTR: ["vps7.provider.example"] })).summary, [
    "different",
    "ptr.other",
  ]);
  assert.deepEqual((await ptr({})).summary, ["missing", "dns.missing"]);
  const away = { [HOST]: { A: ["203.0.113.4"] } };
  assert.deepEqual((await ptr({ PTR: [HOST] }, away)).summary, ["different", "ptr.noForward"]);
});

const tlsa = (octet: string) => ({
  ...{ usage: 3, selector: 1, matchingType: 1 },
  data: createHash("sha256").update(octet).digest(),
});

test("TLSA: current or next key, in a signed zone", async () => {
  const [current, next, stranger] = [tlsa("current"), tlsa("next"), tlsa("stranger")];
  const server = { ...SERVER, tlsa: [current, next] };
  const name = `_25._tcp.${HOST}`;
  const dane = (
    key: string,
    values: (typeof current)[],
    security = "signed" as "signed" | "unsigned" | "unknown",
  ) => judged(key, put(name, { TLSA: values }), { server, dns: { facts: { security } } });
  assert.deepEqual((await dane("hostTlsa:25:0", [current, next])).summary, ["ok"]);
  assert.deepEqual((await dane("hostTlsa:25:0", [current, stranger])).summary, [
    "ok",
    "tlsa.extra",
  ]);
  assert.deepEqual((await dane("hostTlsa:25:1", [current])).summary, [
    "missing",
    "dns.missing",
    "tlsa.stillToCome",
  ]);
  assert.deepEqual((await dane("hostTlsa:25:0", [stranger])).summary, [
    "different",
    "tlsa.otherKey",
  ]);
  assert.deepEqual((await dane("hostTlsa:25:0", [{ ...current, usage: 1 }])).summary, [
    "different",
    "tlsa.unusable",
  ]);
  assert.deepEqual((await dane("hostTlsa:25:0", [])).verdict, "off");
  assert.deepEqual((await dane("hostTlsa:25:0", [stranger], "unsigned")).summary, [
    "off",
    "tlsa.unsigned",
  ]);
  assert.deepEqual((await dane("hostTlsa:25:0", [current], "unknown")).summary, [
    "unknown",
    "tlsa.cannotTell",
  ]);
});

test("CAA: climbed to, and read with account and methods", async () => {
  const issuer = {
    issuer: "ca.example",
    accountUri: "https://ca.example/acct/1",
    validationMethods: ["http-01"],
  };
  const server = { ...SERVER, issuer };
  const caa = (value: string, tag = "issue", flags = 0) => ({ flags, tag, value });
  const domain = (records: ReturnType<typeof caa>[], at = D) =>
    judged(
      "caa",
      (zone) => {
        delete zone[HOST]?.CAA;
        zone[at] = { ...zone[at], CAA: records };
      },
      { server },
    );
  assert.deepEqual((await domain([])).summary, ["ok", "caa.open"]);
  assert.deepEqual((await domain([caa("ca.example")])).summary, ["ok"]);
  assert.deepEqual(
    (await domain([caa("other.example"), caa("CA.example; validationmethods=http-01")])).summary,
    ["ok"],
  );
  assert.deepEqual((await domain([caa("other.example")])).summary, ["different", "caa.forbids"]);
  assert.deepEqual((await domain([caa(";")])).summary, ["different", "caa.forbids"]);
  assert.deepEqual((await domain([caa("x", "issuewild")])).summary, ["ok"]);
  assert.deepEqual((await domain([caa("x", "future", 128)])).summary, ["different", "caa.forbids"]);
  assert.deepEqual(
    (await domain([caa("ca.example; accounturi=https://ca.example/acct/2")])).summary,
    ["different", "caa.account"],
  );
  assert.deepEqual((await domain([caa("ca.example; validationmethods=dns-01")])).summary, [
    "different",
    "caa.methods",
  ]);
  assert.deepEqual((await domain([caa("other.example")], "com")).summary, [
    "different",
    "caa.forbids",
  ]);
  const host = await judged(
    "hostCaa",
    (zone) => {
      delete zone[HOST]?.CAA;
      zone["host.example"] = { CAA: [caa("other.example")] };
    },
    { server },
  );
  assert.deepEqual(host.summary, ["different", "caa.forbids", "caa.elsewhere"]);
});
