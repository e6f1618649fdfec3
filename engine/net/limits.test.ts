import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalIp, isLoopback, networkOf } from "./ip.ts";
import { ConnectionCounter, FailureLimiter } from "./limits.ts";

test("addresses: one spelling, loopback, the network of one customer", () => {
  assert.equal(canonicalIp("::ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(canonicalIp("FE80::1%eth0"), "fe80::1");
  assert.equal(canonicalIp("::1"), "::1");
  assert.ok(isLoopback("127.8.9.1") && isLoopback("::1"));
  assert.ok(!isLoopback("128.0.0.1") && !isLoopback("::2") && !isLoopback(""));
  assert.equal(networkOf("192.0.2.1"), "192.0.2.1");
  assert.equal(networkOf("2001:db8::1"), "2001:db8:0:0::/64");
  assert.equal(networkOf("2001:db8:0:0:1:2:3:4"), "2001:db8:0:0::/64");
  assert.equal(networkOf("2001:db8:1:2:3::"), "2001:db8:1:2::/64");
  assert.equal(networkOf("::1"), "0:0:0:0::/64");
});

const admitAll = (counter: ConnectionCounter, count: number, address: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => counter.admit(address(i))).filter((one) => one !== null);

test("strangers are bounded per address and together; who signed in makes room", () => {
  const counter = new ConnectionCounter({
    total: 20,
    strangers: 10,
    perAddress: 6,
    strangersPerAddress: 4,
  });
  const first = admitAll(counter, 5, () => "192.0.2.1");
  assert.equal(first.length, 4, "strangers of one address");
  first[0]?.authenticated();
  first[0]?.authenticated();
  assert.equal(counter.strangers, 3);
  assert.equal(admitAll(counter, 3, () => "192.0.2.1").length, 1);
  assert.equal(admitAll(counter, 9, (i) => `198.51.100.${i}`).length, 6, "strangers together");
  assert.equal(admitAll(counter, 1, () => "127.0.0.1").length, 0);
  first.forEach((admission) => (admission.release(), admission.release()));
  assert.equal(counter.open, 7);
  assert.equal(admitAll(counter, 9, (i) => `203.0.113.${i}`).length, 3);
});

test("an IPv6 host is one address however many it uses", () => {
  const counter = new ConnectionCounter({ strangersPerAddress: 2 });
  assert.equal(admitAll(counter, 9, (i) => `2001:db8::${i}`).length, 2);
});

test("loopback and load balancers may have more strangers, and any number who signed in", () => {
  const counter = new ConnectionCounter({
    total: 30,
    perAddress: 3,
    strangersPerAddress: 2,
    strangersPerRelay: 5,
  });
  const first = admitAll(counter, 9, () => "127.0.0.1");
  assert.equal(first.length, 5, "strangers of loopback");
  first.forEach((admission) => admission.authenticated());
  assert.equal(admitAll(counter, 9, () => "127.0.0.1").length, 5, "those who signed in made room");
  assert.equal(admitAll(counter, 9, () => "192.0.2.1").length, 2, "a stranger's address");
  const relayed = Array.from({ length: 9 }, () => counter.admit("192.0.2.2", { relay: true }));
  assert.equal(relayed.filter((admission) => admission !== null).length, 5);
});

test("failures are remembered for a bounded number of addresses", () => {
  const limiter = new FailureLimiter();
  for (let i = 0; i < 25_000; i++) limiter.failed(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 0);
  assert.equal(limiter.tracked, 20_000);
});

test("loopback is slowed down later, never not at all", () => {
  const limiter = new FailureLimiter({ max: 3, maxLoopback: 5 });
  for (let i = 0; i < 4; i++) limiter.failed("127.0.0.1", 0);
  assert.equal(limiter.blocked("127.0.0.1", 0), false);
  limiter.failed("127.0.0.1", 0);
  assert.equal(limiter.blocked("127.0.0.1", 0), true);
});
