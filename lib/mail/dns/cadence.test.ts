import assert from "node:assert/strict";
import { test } from "node:test";
import { nextFull, nextLook, type Situation } from "./cadence.ts";

const now = new Date("2026-11-25T12:00:00Z");
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const base: Situation = {
  ...{ now, startedAt: ago(30 * 24 * 60), viewedUntil: null, looks: 100, settled: true },
  ...{ suspected: false, brokenSince: null, chance: 0.5 },
};
const minutes = (over: Partial<Situation>) =>
  (nextLook({ ...base, ...over }).getTime() - now.getTime()) / 60_000;

test("steady: six hours, spread by a fifth", () => {
  assert.equal(minutes({}), 360);
  assert.equal(minutes({ chance: 0 }), 288);
  assert.equal(minutes({ chance: 1 }), 432);
});

test("the first hour: 1, 1, 2, 3, 5, 5 … minutes, then half an hour, after three days six hours", () => {
  const early = (looks: number) => minutes({ settled: false, startedAt: ago(looks), looks });
  assert.deepEqual([0, 1, 2, 3, 4, 5, 12].map(early), [1, 1, 2, 3, 5, 5, 5]);
  assert.equal(minutes({ settled: false, startedAt: ago(61) }), 30);
  assert.equal(minutes({ settled: false, startedAt: ago(71 * 60) }), 30);
  assert.equal(minutes({ settled: false, startedAt: ago(73 * 60) }), 360);
});

test("an open page is 15 seconds, whatever else", () => {
  const viewedUntil = new Date(now.getTime() + 1_000);
  assert.equal(minutes({ viewedUntil }), 0.25);
  assert.equal(minutes({ viewedUntil, settled: false, startedAt: ago(1), looks: 1 }), 0.25);
  assert.equal(minutes({ viewedUntil: ago(1) }), 360, "closed since");
});

test("suspected: two minutes; an open page sees the repair sooner", () => {
  assert.equal(minutes({ suspected: true }), 2);
  assert.equal(minutes({ suspected: true, viewedUntil: new Date(now.getTime() + 1) }), 0.25);
});

test("broken: ten minutes for two hours, then hourly", () => {
  assert.equal(minutes({ brokenSince: ago(10), settled: false }), 10);
  assert.equal(minutes({ brokenSince: ago(121), settled: false }), 60);
});

test("the slower beat: a minute while a domain's page is open, a day when steady; never hurried for the server", () => {
  const full = (over: Partial<Situation>, of: "domain" | "server") =>
    (nextFull({ ...base, ...over }, of).getTime() - now.getTime()) / 60_000;
  const viewedUntil = new Date(now.getTime() + 1_000);
  assert.equal(full({ viewedUntil }, "domain"), 1);
  assert.equal(full({}, "domain"), 24 * 60);
  assert.equal(full({ settled: false, startedAt: ago(5) }, "domain"), 5);
  assert.equal(full({ viewedUntil }, "server"), 24 * 60);
});
