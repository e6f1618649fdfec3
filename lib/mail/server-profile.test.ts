import assert from "node:assert/strict";
import { test } from "node:test";
import { STANDARD_SERVICES } from "./dns/settings.ts";
import { profileFrom } from "./server-profile.ts";

const profile = (values: Record<string, unknown>) =>
  profileFrom(new Map(Object.entries(values)), "mx.own.example");

const detected = {
  hosts: {
    one: { interfaces: ["198.51.100.1"], at: "2026-11-25T00:00:00Z" },
    two: { interfaces: ["198.51.100.2", "2001:db8::2"], at: "2026-11-25T00:00:00Z" },
  },
  resolved: ["203.0.113.9"],
};

test("nothing set, nothing found: the environment's name, no addresses, the standard ports", () => {
  assert.deepEqual(profile({}), {
    hostName: "mx.own.example",
    ...{
      ipv4: [],
      ipv6: [],
      addressSource: "nowhere",
      services: STANDARD_SERVICES,
      tlsa: [],
    },
  });
});

test("what a person set wins over interfaces, these over where the name leads", () => {
  const set = { ipv4: ["192.0.2.1"], ipv6: [] };
  const byHand = profile({ "server.addresses": set, "server.detected": detected });
  assert.deepEqual([byHand.addressSource, byHand.ipv4], ["set", ["192.0.2.1"]]);
  const found = profile({ "server.detected": detected });
  assert.deepEqual(
    [found.addressSource, found.ipv4, found.ipv6],
    ["interfaces", ["198.51.100.1", "198.51.100.2"], ["2001:db8::2"]],
  );
  const behindNat = profile({ "server.detected": { hosts: {}, resolved: ["203.0.113.9"] } });
  assert.deepEqual([behindNat.addressSource, behindNat.ipv4], ["name", ["203.0.113.9"]]);
});

test("rows that make no sense are as if they were not there", () => {
  for (const value of [null, 7, "x", [], { ipv4: "1.2.3.4" }, { ipv4: ["not an address"] }]) {
    const odd = profile({ "server.addresses": value, "server.detected": value });
    assert.equal(odd.addressSource, "nowhere", JSON.stringify(value));
  }
  const { services } = profile({ "server.services": { imaps: 70_000, pop3s: null, imap: "143" } });
  assert.deepEqual(services, { ...STANDARD_SERVICES, pop3s: null });
});
