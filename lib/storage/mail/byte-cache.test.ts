import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteCache } from "./byte-cache.ts";

test("what was not asked for longest makes room", () => {
  const cache = new ByteCache<number, string>(80);
  for (let key = 0; key < 8; key++) cache.keep(key, `value ${key}`, 10);
  assert.equal(cache.get(0), "value 0"); // asked for: younger than 1 now
  cache.keep(8, "value 8", 10);
  assert.equal(cache.get(1), undefined);
  assert.equal(cache.get(0), "value 0");
  assert.equal(cache.octets, 80);
});

test("what comes in after thousands have gone finds the same order", () => {
  const cache = new ByteCache<number, number>(80);
  for (let key = 0; key < 10_000; key++) {
    cache.keep(key, key, 10);
    cache.get(0); // asked for again and again: it stays
  }
  assert.deepEqual(
    [0, 9_992, 9_993, 9_999].map((key) => cache.get(key)),
    [0, undefined, 9_993, 9_999],
  );
  cache.keep(9_996, -1, 10);
  for (let key = 10_000; key < 10_003; key++) cache.keep(key, key, 10);
  assert.deepEqual(
    [9_993, 9_994, 9_995, 9_996, 9_997, 9_998].map((key) => cache.get(key)),
    [9_993, undefined, undefined, -1, undefined, 9_998],
  );
  assert.equal(cache.octets, 80);
});

test("the same key again takes the place of what it was", () => {
  const cache = new ByteCache<string, number>(100);
  cache.keep("a", 1, 10);
  cache.keep("a", 2, 4);
  assert.equal(cache.get("a"), 2);
  assert.equal(cache.octets, 4);
});

test("what is too large is not kept, and what it was before neither", () => {
  const cache = new ByteCache<string, number>(80);
  cache.keep("a", 1, 10);
  cache.keep("a", 2, 11);
  assert.equal(cache.get("a"), undefined);
  assert.equal(cache.octets, 0);
});
