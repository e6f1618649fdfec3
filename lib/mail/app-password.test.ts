import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsOf, newAppPassword, readAppPassword, refusalOf } from "./app-password.ts";

test("a new app password has 28 signs that cannot be taken for each other, and is never the same", () => {
  const made = new Set(Array.from({ length: 500 }, newAppPassword));
  assert.equal(made.size, 500);
  for (const password of made) assert.match(password, /^[0-9a-hjkmnp-tv-z]{28}$/);
  assert.equal(new Set([...made].join("")).size, 32, "every sign of the alphabet is used");
});

test("it is shown in seven groups of four, and read as it is shown or typed", () => {
  const password = "0123456789abcdefghjkmnpqrstv";
  assert.deepEqual(groupsOf(password), "0123 4567 89ab cdef ghjk mnpq rstv".split(" "));
  for (const typed of [
    password,
    groupsOf(password).join(" "),
    groupsOf(password).join("-"),
    ` ${groupsOf(password).join("  ")} `,
    password.toUpperCase(),
    "oi23456789abcdefghjkmnpqrstv",
    "Ol23456789ABCDEFGHJKMNPQRSTV",
  ])
    assert.equal(readAppPassword(typed), password, typed);
});

test("nothing else is taken for one: every length but 28, every other sign", () => {
  const password = "0123456789abcdefghjkmnpqrstv";
  for (let length = 0; length <= 40; length++)
    if (length !== 28) assert.equal(readAppPassword("0".repeat(length)), null, String(length));
  for (const sign of ["u", "é", "_", "+", "\0", "😀", "ⅼ"])
    assert.equal(readAppPassword(sign + password.slice(1)), null, sign);
  assert.equal(readAppPassword("a ".repeat(1_000_000)), null);
});

test("revoked, expired or for something else: each says so, to the trace alone", () => {
  const now = new Date("2026-01-02T00:00:00Z");
  const good = { protocols: ["imap"], expiresAt: null, revoked: false };
  assert.equal(refusalOf(good, "imap", now), null);
  assert.equal(refusalOf({ ...good, expiresAt: new Date(now.getTime() + 1) }, "imap", now), null);
  assert.equal(refusalOf({ ...good, expiresAt: now }, "imap", now), "app password expired");
  assert.equal(refusalOf({ ...good, revoked: true }, "imap", now), "app password revoked");
  assert.equal(refusalOf(good, "smtp", now), "app password not for smtp");
});
