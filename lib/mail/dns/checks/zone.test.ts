import assert from "node:assert/strict";
import { test } from "node:test";
import { DOMAIN, NOW, reasonsOf, SERVER } from "../../../../tests/support/dns-published.ts";
import { memoryObserver } from "../../../../tests/support/dns-memory.ts";
import type { Rcode } from "../../ports.ts";
import type { ZoneFacts, ZoneServer } from "../observer.ts";
import { checkZone } from "./zone.ts";

const observer = memoryObserver({ zone: {} });
const one = (
  host: string,
  rcode: Rcode = "NOERROR",
  more: Partial<ZoneServer> = {},
): ZoneServer => ({
  ...{ host, rcode, address: "192.0.2.53:53", serial: rcode === "NOERROR" ? 5 : null },
  ...{ authoritative: rcode === "NOERROR", ...more },
});

async function judged(facts: Partial<ZoneFacts>, name = DOMAIN.name) {
  const zone = { ...(await observer.zoneOf(name)), ...facts };
  const result = checkZone({
    ...{ observer, zone, server: SERVER, now: NOW },
    domain: { ...DOMAIN, name },
  });
  return [result.verdict, ...reasonsOf(result)];
}

test("a zone whose servers agree is right, signed or not; which it is, is a fact", async () => {
  assert.deepEqual(await judged({}), ["ok"]);
  assert.deepEqual(await judged({ security: "signed" }), ["ok"]);
  assert.deepEqual(await judged({ security: "unknown" }), ["ok"]);
});

test("what is wrong with a zone is told apart", async () => {
  assert.deepEqual(await judged({ exists: false, apex: "com" }), ["missing", "dns.domainGone"]);
  assert.deepEqual(await judged({ security: "bogus" }), ["different", "dns.bogus"]);
  const lame = [one("a.example"), one("b.example", "REFUSED")];
  assert.deepEqual(await judged({ servers: lame }), ["weak", "zone.lame"]);
  const guesses = [one("a.example"), one("b.example", "NOERROR", { authoritative: false })];
  assert.deepEqual(await judged({ servers: guesses }), ["weak", "zone.lame"]);
  const stale = { parentServers: ["a.example"], ownServers: ["b.example"] };
  assert.deepEqual(await judged(stale), ["weak", "dns.staleServers"]);
  const other = { parentServers: ["a.example"], ownServers: ["a.example", "b.example"] };
  assert.deepEqual(await judged(other), ["weak", "zone.delegation"]);
});

test("a server that is silent now, or behind for a moment, is told and not held against anybody", async () => {
  const quiet = [one("a.example"), one("b.example", "TIMEOUT")];
  assert.deepEqual(await judged({ servers: quiet }), ["ok", "zone.silent"]);
  const behind = [one("a.example"), one("b.example", "NOERROR", { serial: 4 })];
  assert.deepEqual(await judged({ servers: behind }), ["ok", "dns.serials"]);
});

test("nobody answers, or nobody could be asked: unknown", async () => {
  const all = (rcode: Rcode) => ({ servers: [one("a.example", rcode), one("b.example", rcode)] });
  assert.deepEqual(await judged(all("TIMEOUT")), ["unknown", "dns.timeout"]);
  assert.deepEqual(await judged(all("SERVFAIL")), ["unknown", "dns.servfail"]);
  assert.deepEqual(await judged(all("REFUSED")), ["unknown", "dns.refused"]);
  assert.deepEqual(await judged({ servers: [] }), ["unknown", "zone.unreached"]);
  assert.deepEqual(await judged({ apex: null, servers: [] }), ["unknown", "zone.unreached"]);
});

test("a sub-domain that has no records yet is no domain that is gone", async () => {
  assert.deepEqual(await judged({ exists: false }, "shop.example.com"), ["ok"]);
});
