import assert from "node:assert/strict";
import { test } from "node:test";
import { DELETED, FLAGGED, SEEN } from "./flags.ts";
import {
  ALL_RIGHTS,
  flagScope,
  formatRights,
  hasAnyRight,
  hasRights,
  NO_RIGHTS,
  rightsOf,
} from "./rights.ts";

test("rights are told with the virtual ones that they are members of", () => {
  assert.equal(formatRights(ALL_RIGHTS), "lrswipkxteacd");
  assert.equal(formatRights(rightsOf("rl")), "lr");
  assert.equal(formatRights(rightsOf("lk")), "lkc");
  assert.equal(formatRights(rightsOf("te")), "ted");
  assert.equal(formatRights(NO_RIGHTS), "");
});

test("all of these, any of these", () => {
  const rights = rightsOf("lrs");
  assert.equal(hasRights(rights, "ls"), true);
  assert.equal(hasRights(rights, "lw"), false);
  assert.equal(hasRights(rights, ""), true);
  assert.equal(hasAnyRight(rights, "ws"), true);
  assert.equal(hasAnyRight(rights, "wt"), false);
});

test("which flags may be changed", () => {
  assert.deepEqual(flagScope(rightsOf("s")), { bits: SEEN, keywords: false });
  assert.deepEqual(flagScope(rightsOf("t")), { bits: DELETED, keywords: false });
  const write = flagScope(rightsOf("w"));
  assert.deepEqual(
    [write.keywords, write.bits & FLAGGED, write.bits & (SEEN | DELETED)],
    [true, FLAGGED, 0],
  );
});
