import assert from "node:assert/strict";
import { test } from "node:test";
import { threadText } from "./thread-text.ts";

/** A tree as [number, ...children]; null is a message that is not there. */
type Tree = readonly [number | null, ...Tree[]];
const write = (...roots: Tree[]) =>
  [...threadText(roots, ([number, ...children]) => ({ number, children }))].join("");

test("chains in one list, branches in lists of their own", () => {
  assert.equal(write(), "");
  assert.equal(write([1]), "(1)");
  assert.equal(write([1], [2]), "(1)(2)");
  assert.equal(write([2], [3, [6, [4, [23]], [44, [7, [96]]]]]), "(2)(3 6 (4 23)(44 7 96))");
  assert.equal(write([null, [3], [5]]), "((3)(5))");
  assert.equal(write([null, [3, [4]], [5]], [6]), "((3 4)(5))(6)");
});

test("as deep as a mailbox", () => {
  let tree: Tree = [50_000];
  for (let number = 49_999; number > 0; number--) tree = [number, tree, [0]];
  assert.match(write(tree), /^\(1 \(2 \(3 .*50000\)(\(0\)\))+$/s);
});
