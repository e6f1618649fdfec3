import assert from "node:assert/strict";
import { test } from "node:test";
import { checkIprev, reverseName } from "./iprev.ts";
import type { DnsAnswer, Rcode, RecordType, RecordValue, Resolver } from "../../lib/mail/ports.ts";

const zone: Record<string, string[] | Rcode> = {
  "1.2.0.192.in-addr.arpa PTR": ["wrong.example", "mx.example"],
  "wrong.example A": ["192.0.2.9"],
  "mx.example A": ["192.0.2.7", "192.0.2.1"],
  "2.2.0.192.in-addr.arpa PTR": ["wrong.example"],
  "3.2.0.192.in-addr.arpa PTR": ["slow.example"],
  "slow.example A": "TIMEOUT",
  "4.2.0.192.in-addr.arpa PTR": "SERVFAIL",
};

const resolver: Resolver = {
  query<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<RecordValue[T]>> {
    const found = zone[`${name} ${type}`] ?? "NXDOMAIN";
    const rcode = typeof found === "string" ? found : "NOERROR";
    const records = typeof found === "string" ? [] : found;
    const answer = { rcode, records, authenticated: false, ttl: 0, from: "" };
    return Promise.resolve(answer as unknown as DnsAnswer<RecordValue[T]>); // PTR and A are strings
  },
};

test("a name must lead back to the address", async () => {
  const signal = new AbortController().signal;
  const check = (address: string) => checkIprev(address, resolver, signal);
  assert.deepEqual(await check("192.0.2.1"), { result: "pass", name: "mx.example" });
  assert.equal((await check("192.0.2.2")).result, "fail");
  assert.equal((await check("192.0.2.3")).result, "temperror");
  assert.equal((await check("192.0.2.4")).result, "temperror");
  assert.equal((await check("192.0.2.5")).result, "permerror");
});

test("reverse names of both families", () => {
  assert.equal(reverseName("192.0.2.1"), "1.2.0.192.in-addr.arpa");
  const six = `1${".0".repeat(23)}.8.b.d.0.1.0.0.2.ip6.arpa`;
  for (const text of ["2001:db8::1", "2001:0db8:0:0:0:0:0:1"]) assert.equal(reverseName(text), six);
  assert.equal(reverseName("::").length, "0.".repeat(32).length + "ip6.arpa".length);
});
