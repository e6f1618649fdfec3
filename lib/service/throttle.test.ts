import assert from "node:assert/strict";
import { test } from "node:test";
import { NETWORK, Throttle, throttleOf } from "./throttle.ts";

const NOW = 1_000_000;

function failing(times: number, ip = "192.0.2.7"): Throttle {
  const throttle = new Throttle();
  for (let i = 0; i < times; i++) throttle.failed("mei@example.com", ip, NOW);
  return throttle;
}

test("five failures cost nothing but themselves; then each doubles the wait", () => {
  assert.equal(failing(4).waitFor("mei@example.com", "192.0.2.7", NOW), 0);
  assert.equal(failing(5).waitFor("mei@example.com", "192.0.2.7", NOW), 2_000);
  assert.equal(failing(6).waitFor("MEI@example.com", "192.0.2.7", NOW), 4_000);
  assert.equal(failing(60).waitFor("mei@example.com", "192.0.2.7", NOW), 15 * 60_000);
});

test("the wait passes, and an hour forgives", () => {
  const throttle = failing(7);
  assert.equal(throttle.waitFor("mei@example.com", "192.0.2.7", NOW + 8_000), 0);
  throttle.failed("mei@example.com", "192.0.2.7", NOW + 3_700_000);
  assert.equal(throttle.waitFor("mei@example.com", "192.0.2.7", NOW + 3_700_000), 0);
});

test("another network, and another account, do not wait", () => {
  const throttle = failing(20);
  assert.equal(throttle.waitFor("mei@example.com", "198.51.100.1", NOW), 0);
  assert.equal(throttle.waitFor("bob@example.com", "192.0.2.7", NOW), 0);
});

test("the neighbours of an address share its fate: /24 and /64", () => {
  assert.ok(failing(9).waitFor("mei@example.com", "192.0.2.200", NOW) > 0);
  const six = failing(9, "2001:db8:1:2::1");
  assert.ok(six.waitFor("mei@example.com", "2001:db8:1:2:9:9:9:9", NOW) > 0);
  assert.equal(six.waitFor("mei@example.com", "2001:db8:1:3::1", NOW), 0);
});

test("signing in forgives at once", () => {
  const throttle = failing(9);
  throttle.succeeded("mei@example.com", "192.0.2.7");
  assert.equal(throttle.waitFor("mei@example.com", "192.0.2.7", NOW), 0);
});

test("a flood of names does not grow the memory", () => {
  const throttle = failing(9);
  for (let i = 0; i < 10_001; i++) throttle.failed(`n${i}@example.com`, "192.0.2.7", NOW);
  assert.equal(throttle.waitFor("mei@example.com", "192.0.2.7", NOW), 0);
});

test("a whole network waits later and shorter, and gets back what was no failure", () => {
  const throttle = new Throttle(NETWORK);
  for (let i = 0; i < 101; i++) throttle.failed("", "192.0.2.7", NOW);
  assert.equal(throttle.waitFor("", "192.0.2.8", NOW), 4_000);
  throttle.undo("", "192.0.2.7");
  throttle.undo("", "192.0.2.7");
  assert.equal(throttle.waitFor("", "192.0.2.8", NOW), 0);
  for (let i = 0; i < 100; i++) throttle.failed("", "192.0.2.7", NOW);
  assert.equal(throttle.waitFor("", "192.0.2.8", NOW), 30_000);
});

test("of each name there is one in the process, however many copies of the module there are", () => {
  const one = throttleOf("test of names");
  for (let i = 0; i < 6; i++) one.failed("ann@example.com", "192.0.2.1", 0);
  assert.ok(throttleOf("test of names").waitFor("ann@example.com", "192.0.2.1", 0) > 0);
  assert.equal(throttleOf("another").waitFor("ann@example.com", "192.0.2.1", 0), 0);
});
