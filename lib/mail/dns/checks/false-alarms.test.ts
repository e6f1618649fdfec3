/** What users of other mail servers reported as wrong alarms: each one stays quiet here. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DOMAIN,
  judgePublished,
  reasonsOf,
  SERVER,
  type Setup,
} from "../../../../tests/support/dns-published.ts";
import type { CheckResult } from "../check.ts";

const ALARMS = ["missing", "different", "conflict", "partial"];
const alarms = (results: ReadonlyMap<string, CheckResult>) =>
  [...results.values()]
    .filter(({ verdict }) => ALARMS.includes(verdict))
    .map(
      ({ key, verdict, reasons }) => `${key} ${verdict} ${reasons.map((one) => one.key).join()}`,
    );

/** Behind NAT: the server knows its private address only, DNS says the public one. */
const behindNat = (ipv4: readonly string[], ipv6: readonly string[] = []): Setup => ({
  server: { ...SERVER, ipv4, ipv6 },
  edit: (zone) => {
    zone[SERVER.hostName] = { ...zone[SERVER.hostName], A: ["203.0.113.1"], AAAA: [] };
  },
});

test("mox#17: behind NAT the bound address is not the public one; MX and SPF are judged by the public one", async () => {
  const results = await judgePublished(behindNat(["192.168.1.200"]));
  assert.deepEqual(alarms(results), []);
  assert.equal(results.get("mx")?.verdict, "ok");
  assert.equal(results.get("spf")?.verdict, "ok");
  assert.deepEqual(results.get("spf")?.facts["addresses"], [
    { address: "203.0.113.1", result: "pass" },
  ]);
});

test("mox#59: a container's reverse name (mail01.lxd) says nothing about the public address", async () => {
  const results = await judgePublished({
    ...behindNat(["10.246.192.25"]),
    edit: (zone) => {
      zone[SERVER.hostName] = { ...zone[SERVER.hostName], A: ["203.0.113.1"] };
      zone["25.192.246.10.in-addr.arpa"] = { PTR: ["mail01.lxd"] };
    },
  });
  const pointer = results.get("hostPointer:10.246.192.25");
  assert.deepEqual([pointer?.verdict, ...reasonsOf(pointer)], ["unknown", "host.private"]);
  assert.deepEqual(alarms(results), []);
});

test("mox#60: an MX that names this host is right, whatever private address the host is bound to", async () => {
  const { get } = await judgePublished(behindNat(["172.17.0.2"], ["fd00::2"])).then((map) => ({
    get: (key: string) => map.get(key),
  }));
  assert.deepEqual([get("mx")?.verdict, reasonsOf(get("mx"))], ["ok", []]);
});

test("mox#116: autodiscover behind NAT is compared by name and public address, not by the private one", async () => {
  const results = await judgePublished({
    ...behindNat(["192.168.0.5"]),
    edit: (zone) => {
      zone[SERVER.hostName] = { ...zone[SERVER.hostName], A: ["203.0.113.1"], AAAA: [] };
      zone["autodiscover.example.com"] = { A: ["203.0.113.1"] };
    },
  });
  for (const key of ["autodiscover", "autodiscoverService", "autoconfig", "mtaStsHost"])
    assert.equal(results.get(key)?.verdict, "ok", key);
});

test("a host name that leads to loopback on this machine only (/etc/hosts) alarms nobody", async () => {
  const results = await judgePublished(behindNat(["127.0.1.1"], ["::1"]));
  assert.deepEqual(alarms(results), []);
  assert.equal(results.get("hostAddress:127.0.1.1")?.verdict, "unknown");
});

test("mox#139: without a resolver that verifies DNSSEC nothing is said about signatures", async () => {
  const tlsa = [{ usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32, 7) }];
  const server = { ...SERVER, tlsa };
  const results = await judgePublished({ server, dns: { facts: { security: "unknown" } } });
  assert.deepEqual(alarms(results), []);
  const dane = results.get("hostTlsa:25:0");
  assert.deepEqual([dane?.verdict, ...reasonsOf(dane)], ["unknown", "tlsa.cannotTell"]);
});

test("mox#213: an unsigned zone is no fault; DANE is just not used", async () => {
  const tlsa = [{ usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32, 7) }];
  const results = await judgePublished({ server: { ...SERVER, tlsa } });
  assert.equal(results.get("hostTlsa:25:0")?.verdict, "off");
  assert.deepEqual(alarms(results), []);
});

test("mox#333, mox#74: the “not offered” records that we recommend, in any of their spellings", async () => {
  for (const value of [
    { priority: 0, weight: 0, port: 0, target: "" },
    { priority: 0, weight: 1, port: 143, target: "." },
  ]) {
    const results = await judgePublished({
      edit: (zone) => (zone["_imap._tcp.example.com"] = { SRV: [value] }),
    });
    assert.deepEqual([results.get("srv:imap")?.verdict], ["ok"]);
  }
});

test("mox#333: a second reverse name beside the right one does no harm", async () => {
  const results = await judgePublished({
    edit: (zone) =>
      (zone["1.2.0.192.in-addr.arpa"] = {
        PTR: ["v220250434643.provider.example", SERVER.hostName],
      }),
  });
  const pointer = results.get("hostPointer:192.0.2.1");
  assert.deepEqual([pointer?.verdict, ...reasonsOf(pointer)], ["ok", "ptr.also"]);
});

test("modoboa#1492: split-horizon DNS, where the resolver inside says private addresses", async () => {
  const results = await judgePublished({
    dns: { resolver: { [SERVER.hostName]: { A: ["10.0.0.5"] } }, ttl: 60 },
  });
  assert.equal(results.get("hostAddress:192.0.2.1")?.verdict, "ok");
  assert.deepEqual(alarms(results), []);
});

test("the answers' case, dots and order are nobody's mistake", async () => {
  const results = await judgePublished({
    edit: (zone) => {
      zone["example.com"] = {
        ...zone["example.com"],
        MX: [{ preference: 10, exchange: "MAIL.Host.Example." }],
        TXT: ["unrelated", "v=spf1 MX A:Mail.Host.Example -ALL"],
      };
    },
  });
  assert.deepEqual(alarms(results), []);
});

test("a domain that others send for as well, with an SPF record of their making, is right when ours pass", async () => {
  const results = await judgePublished({
    edit: (zone) => {
      zone["example.com"]?.TXT?.splice(
        0,
        1,
        "v=spf1 include:_spf.x.example a:mail.host.example ~all",
      );
      zone["_spf.x.example"] = { TXT: ["v=spf1 ip4:203.0.113.0/24 ~all"] };
    },
  });
  assert.equal(results.get("spf")?.verdict, "ok");
});

test("a send-only domain is not told that its MX is elsewhere, nor that IMAP is", async () => {
  const results = await judgePublished({ domain: { ...DOMAIN, mode: "send" } });
  assert.equal(results.get("mx"), undefined);
  assert.equal(results.get("srv:imap"), undefined);
  assert.equal(results.get("mtaStsPolicy"), undefined);
  assert.deepEqual(alarms(results), []);
});
