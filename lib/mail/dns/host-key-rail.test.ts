import assert from "node:assert/strict";
import { test } from "node:test";
import type { LifeHostKey, TlsaMemory } from "./host-key-life.ts";
import { daneState, placeOf, stepTimes } from "./host-key-rail.ts";

const NOW = new Date("2026-11-26T12:00:00Z");
const LATER = new Date("2026-11-26T14:00:00Z");

const key = (state: LifeHostKey["state"], more: Partial<LifeHostKey> = {}): LifeHostKey => ({
  ...{ id: state, state, createdAt: NOW, visibleSince: null, seenTtl: 3600, lookedAt: NOW },
  ...{ lastSeenAt: null, readyAt: null, usedSince: null, retiredAt: null, releasedAt: null },
  ...more,
});
const current = key("current");
const seen: TlsaMemory = { at: NOW, published: "yes", lastPublishedAt: NOW, ttl: 3600 };
const waits = { may: false, why: "notVisible" } as const;

test("a change goes from step to step", () => {
  const step = (next: LifeHostKey) => placeOf([current, next], waits);
  assert.deepEqual(placeOf([current], null), { step: null, until: null });
  assert.equal(step(key("next", { lookedAt: null })).step, "look");
  assert.equal(step(key("next")).step, "publish");
  assert.deepEqual(step(key("next", { visibleSince: NOW })), { step: "wait", until: LATER });
  assert.equal(step(key("next", { readyAt: NOW })).step, "switch");
  const free = { may: true, why: "unpublished" } as const;
  assert.equal(placeOf([current, key("next")], free).step, "switch");
});

test("the old key is kept, then removed, then forgotten", () => {
  const old = { retiredAt: NOW, lastSeenAt: NOW };
  const kept = placeOf([current, key("retired", old)], null);
  assert.deepEqual(kept, { step: "keep", until: new Date("2026-11-26T13:15:00Z") });
  const released = key("retired", { ...old, releasedAt: NOW });
  assert.equal(placeOf([current, released], null).step, "remove");
  const never = key("retired", { ...old, releasedAt: NOW, lastSeenAt: null });
  assert.equal(placeOf([current, never], null).step, null);
});

test("each step has its time, as far as it is known", () => {
  const waiting = stepTimes([current, key("next", { visibleSince: NOW })]);
  const none = { switch: null, keep: null, remove: null };
  assert.deepEqual(waiting, { publish: NOW, wait: LATER, ...none });
  const used = key("current", { visibleSince: NOW, usedSince: LATER });
  const old = key("retired", { usedSince: NOW, retiredAt: LATER });
  const after = stepTimes([used, old]);
  assert.deepEqual([after.publish, after.wait, after.switch], [NOW, LATER, LATER]);
  assert.deepEqual(after.keep, new Date("2026-11-26T15:15:00Z"));
});

test("what DANE amounts to is what was seen", () => {
  assert.equal(daneState(current, null), "unknown");
  assert.equal(daneState(current, { ...seen, published: "no" }), "nothing");
  assert.equal(daneState(current, seen), "wrong");
  assert.equal(daneState(key("current", { lastSeenAt: NOW }), seen), "partly");
  const good = key("current", { lastSeenAt: NOW, visibleSince: NOW });
  assert.equal(daneState(good, seen), "good");
});
