import assert from "node:assert/strict";
import { test } from "node:test";
import type { SortKeyName } from "../codec/imap/types.ts";
import { parseAddressList } from "../codec/mime/address.ts";
import { EMPTY_ENVELOPE } from "../codec/mime/envelope.ts";
import type { Envelope } from "../codec/mime/structure.ts";
import { caseMap } from "./collation.ts";
import { compareSorted, sortValue } from "./sort-keys.ts";
import { finish, sortSteps } from "./steps.ts";

const ARRIVED = new Date("2026-03-02T09:00:00Z");
const value = (key: SortKeyName, envelope: Partial<Envelope>) =>
  sortValue(key, {
    internalDate: ARRIVED,
    size: 5,
    envelope: { ...EMPTY_ENVELOPE, ...envelope },
  });
const list = (text: string) => parseAddressList(text, 10).addresses;

test("the sent date is compared in UTC, and is the arrival when it cannot be read", () => {
  const noon = value("DATE", { date: "Mon, 2 Mar 2026 12:00:00 +0000" });
  assert.equal(noon, value("DATE", { date: "2 Mar 2026 07:00:00 -0500" }));
  assert.equal(noon, value("DATE", { date: "2 Mar 2026 12:00:00" }));
  assert.equal(value("DATE", {}), ARRIVED.getTime());
  assert.equal(value("DATE", { date: "yesterday" }), ARRIVED.getTime());
  assert.equal(value("ARRIVAL", { date: "2 Mar 1999 12:00:00" }), ARRIVED.getTime());
});

test("addresses are compared by the local part of the first", () => {
  const from = list('"Zoe" <bob@a.test>, Ann <ann@a.test>');
  assert.equal(value("FROM", { from }), "BOB");
  assert.equal(value("TO", { to: list("Team: ann@a.test;") }), "TEAM");
  assert.equal(value("CC", {}), "");
});

const DISPLAYED: readonly (readonly [to: string, shown: string])[] = [
  ["Ann <a@x.test>", "Ann"],
  ["=?utf-8?q?J=C3=BCrgen?= <j@x.test>", "Jürgen"],
  ["<a@x.test>", "a@x.test"],
  ['"" <a@x.test>', "a@x.test"],
  ["Team: a@x.test;", "Team"],
  ["", ""],
];
for (const [to, shown] of DISPLAYED)
  test(`"${to}" is displayed as "${shown}"`, () => {
    assert.equal(value("DISPLAYTO", { to: list(to) }), caseMap(shown));
    assert.equal(value("DISPLAYFROM", { from: list(to) }), caseMap(shown));
  });

test("REVERSE turns one key, and never the numbers of equals", () => {
  const rows = [3, 1, 2].map((uid) => ({ uid, values: [uid === 3 ? 9 : 7] }));
  const order = (reverse: boolean) =>
    finish(sortSteps(rows, compareSorted([{ key: "SIZE", reverse }]))).map(({ uid }) => uid);
  assert.deepEqual(order(false), [1, 2, 3]);
  assert.deepEqual(order(true), [3, 1, 2]);
});

test("sorting in steps is sorting", () => {
  for (const length of [0, 1, 511, 512, 513, 1500, 5000]) {
    const items = Array.from({ length }, (_, at) => ({ key: (at * 7919) % 97, at }));
    const expected = items.toSorted((a, b) => a.key - b.key);
    assert.deepEqual(finish(sortSteps(items, (a, b) => a.key - b.key)), expected);
  }
});
