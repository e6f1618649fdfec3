import assert from "node:assert/strict";
import { test } from "node:test";
import { caseMap, compareMapped } from "./collation.ts";

const equal = (a: string, b: string) => caseMap(a) === caseMap(b);

test("case does not matter, in any script that has it", () => {
  for (const [a, b] of [
    ["Hello", "hELLO"],
    ["grüße", "GRÜße"],
    ["ΣΊΣΥΦΟΣ", "Σίσυφος"],
    ["Москва", "МОСКВА"],
    ["ǆ", "Ǆ"],
    ["ǅ", "ǆ"],
    ["ᾳ", "ᾼ"],
    ["𐐨", "𐐀"],
  ] as const)
    assert.ok(equal(a, b), `${a} ${b}`);
});

test("composed and decomposed, wide and narrow are the same", () => {
  for (const [a, b] of [
    ["é", "e\u0301"],
    ["ｱ", "ア"],
    ["Ａ", "a"],
    ["한", "\u1112\u1161\u11ab"],
  ] as const)
    assert.ok(equal(a, b), `${a} ${b}`);
});

test("what is no other case of a letter stays apart", () => {
  for (const [a, b] of [
    ["ß", "ss"],
    ["ა", "Ა"], // Georgian: the title case of Mkhedruli is itself
    ["a", "á"],
    ["会", "會"],
  ] as const)
    assert.ok(!equal(a, b), `${a} ${b}`);
});

test("the order is that of UTF-8 octets", () => {
  const texts = ["", "a", "b", "Zebra", "É", "会议", "\ue000", "\uffee", "😀", "𐐀", "a\u0301"];
  const mapped = texts.map(caseMap);
  for (const a of mapped)
    for (const b of mapped)
      assert.equal(
        Math.sign(compareMapped(a, b)),
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
        `${a} ${b}`,
      );
});
