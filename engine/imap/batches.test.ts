import assert from "node:assert/strict";
import { test } from "node:test";
import { batchesOf } from "./batches.ts";

/** Messages 1 … n whose uids are 3, 6, 9 … */
const messages = (n: number) => ({ exists: n, uidOf: (seq: number) => seq * 3 });
const all = { first: 1, last: Infinity };

test("batches touch, the newest first, the last one down to 1", () => {
  assert.deepEqual(batchesOf(messages(7), { size: 3, ...all }), [
    [21, 15],
    [14, 6],
    [5, 1],
  ]);
  assert.deepEqual(batchesOf(messages(6), { size: 3, ...all }), [
    [18, 12],
    [11, 1],
  ]);
  assert.deepEqual(batchesOf(messages(3), { size: 3, ...all }), [[9, 1]]);
  assert.deepEqual(batchesOf(messages(2), { size: 3, ...all }), [[6, 1]]);
  assert.deepEqual(batchesOf(messages(0), { size: 3, ...all }), []);
});

test("some of them are those of all of them", () => {
  const every = batchesOf(messages(1000), { size: 7, ...all });
  assert.deepEqual(batchesOf(messages(1000), { size: 7, first: 4, last: 9 }), every.slice(3, 9));
  assert.deepEqual(batchesOf(messages(1000), { size: 7, first: 140, last: 999 }), every.slice(139));
  assert.deepEqual(batchesOf(messages(1000), { size: 7, first: 144, last: 999 }), []);
});

test("a million messages: no batch is too large, none is asked about more than twice", () => {
  let questions = 0;
  const uidOf = (seq: number) => {
    questions++;
    return seq * 3;
  };
  const ranges = batchesOf({ exists: 1_000_000, uidOf }, { size: 500, ...all });
  assert.equal(ranges.length, 2000);
  assert.ok(questions <= 2001, String(questions));
  for (const [high, low] of ranges)
    assert.equal(Math.floor(high / 3) - Math.floor((low - 1) / 3), 500);
});
