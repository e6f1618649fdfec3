import assert from "node:assert/strict";
import { test } from "node:test";
import { portions } from "./portions.ts";

test("all of them, in order, none of them empty", () => {
  assert.deepEqual([...portions([], 2)], []);
  assert.deepEqual([...portions([1, 2], 2)], [[1, 2]]);
  assert.deepEqual([...portions([1, 2, 3, 4, 5], 2)], [[1, 2], [3, 4], [5]]);
});
