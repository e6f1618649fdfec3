import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesPattern } from "./folder-match.ts";

const NAMES = ["INBOX", "INBOX/a", "Sent", "a", "a/b", "a/b/c", "ab"];
const matching = (pattern: string) => NAMES.filter((name) => matchesPattern(name, pattern));

test("the star crosses levels, the percent does not", () => {
  assert.deepEqual(matching("*"), NAMES);
  assert.deepEqual(matching("%"), ["INBOX", "Sent", "a", "ab"]);
  assert.deepEqual(matching("a/%"), ["a/b"]);
  assert.deepEqual(matching("a*"), ["a", "a/b", "a/b/c", "ab"]);
  assert.deepEqual(matching("%/%"), ["INBOX/a", "a/b"]);
  assert.deepEqual(matching("*b"), ["a/b", "ab"]);
  assert.deepEqual(matching("a/b"), ["a/b"]);
});

test("only INBOX is known in any case", () => {
  assert.deepEqual(matching("inb%"), ["INBOX"]);
  assert.deepEqual(matching("inb%/%"), ["INBOX/a"]);
  assert.deepEqual(matching("inbox/A"), []);
  assert.deepEqual(matching("sent"), []);
  assert.deepEqual(matching(""), []);
});

test("a hostile pattern costs no more than it is long", () => {
  const started = performance.now();
  assert.equal(matchesPattern("a".repeat(1000), `${"*a".repeat(400)}*b`), false);
  assert.ok(performance.now() - started < 500);
});
