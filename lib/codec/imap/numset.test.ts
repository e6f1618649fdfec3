import assert from "node:assert/strict";
import { test } from "node:test";
import { formatNumSet, parseNumSet, spansContain, toSpans } from "./numset.ts";

const spans = (text: string, largest: number) => {
  const set = parseNumSet(text);
  assert.ok(set !== null && set !== "$");
  return toSpans(set, largest);
};

test("sets are read as written", () => {
  assert.equal(parseNumSet("$"), "$");
  assert.deepEqual(parseNumSet("1,3:*"), [
    { first: 1, last: 1 },
    { first: 3, last: "*" },
  ]);
});

test("what is no set is refused", () => {
  for (const bad of [
    "",
    "0",
    "1,",
    ",1",
    "1:",
    ":1",
    "01",
    "1:2:3",
    "a",
    "-1",
    "4294967296",
    "$,1",
    "**",
    "1 2",
  ])
    assert.equal(parseNumSet(bad), null, bad);
});

test("spans are ascending, disjoint, and know their star", () => {
  assert.deepEqual(spans("7:3", 9), [[3, 7]]);
  assert.deepEqual(spans("5:*", 3), [[3, 5]]); // RFC 9051 §9: "*" may be the smaller end
  assert.deepEqual(spans("*", 0), []);
  assert.deepEqual(spans("2,1,3:4,9,8:20,*", 12), [
    [1, 4],
    [8, 20],
  ]);
});

test("ten thousand times everything is everything once", () => {
  assert.deepEqual(spans(Array(10_000).fill("1:*").join(","), 1e6), [[1, 1e6]]);
});

test("membership at the edges", () => {
  const ranges = spans("2:4,8", 9);
  const inside = Array.from({ length: 11 }, (_, n) => n).filter((n) => spansContain(ranges, n));
  assert.deepEqual(inside, [2, 3, 4, 8]);
});

test("numbers are written as the shortest set, order kept", () => {
  assert.equal(formatNumSet([]), "");
  assert.equal(formatNumSet([1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
  assert.equal(formatNumSet([5, 4, 6]), "5,4,6");
});
