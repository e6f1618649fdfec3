import assert from "node:assert/strict";
import { test } from "node:test";
import { caseMap } from "./collation.ts";
import { mayContain, numbersOf, SignatureMaker, wantedNumbers } from "./text-signature.ts";

function signature(text: string, cuts: readonly number[] = []): Buffer {
  const maker = new SignatureMaker();
  const mapped = caseMap(text);
  for (const [at, end] of [...cuts, mapped.length].entries())
    maker.push(mapped.slice(at === 0 ? 0 : cuts[at - 1], end));
  maker.cut();
  return maker.finish() ?? assert.fail("too long");
}

const numbers = (wanted: string) => wantedNumbers(caseMap(wanted));

const TEXTS = [
  "Grüße aus Überlingen",
  "会议记录：请在星期五之前确认",
  "カタカナ 😀 회의록",
  "plain text",
];

test("a text may contain every piece of itself, however it is cut and written", () => {
  for (const text of TEXTS)
    for (let from = 0; from < text.length; from++)
      for (let to = from + 1; to <= text.length; to++)
        for (const piece of [text.slice(from, to), text.slice(from, to).toLowerCase()])
          assert.ok(mayContain(signature(text, [5, 7]), numbers(piece)), `${piece} in ${text}`);
});

test("a text that lacks a run of the string cannot contain it", () => {
  const all = TEXTS.map((text) => signature(text));
  const may = (wanted: string) => all.map((one) => mayContain(one, numbers(wanted)));
  assert.deepEqual(may("Überlinger"), [false, false, false, false]);
  assert.deepEqual(may("überling"), [true, false, false, false]);
  assert.deepEqual(may("记"), [false, true, false, false]);
  assert.deepEqual(may("记会"), [false, false, false, false]);
  assert.deepEqual(may("😀"), [false, false, true, false]);
});

test("of one or two Latin letters nothing is known", () => {
  assert.deepEqual(numbers("x"), []);
  assert.deepEqual(numbers("xy"), []);
  assert.equal(numbers("xyz").length, 1);
});

test("nothing is put together across the border of two parts", () => {
  const maker = new SignatureMaker();
  maker.push("ABC");
  maker.cut();
  maker.push("DEF");
  const made = maker.finish() ?? assert.fail("too long");
  assert.equal([...numbersOf(made)].length, 2);
});

test("a long text takes 4 KiB, and one without end is always read", () => {
  const random = (length: number) =>
    Array.from({ length }, () => String.fromCharCode(0x4e00 + Math.random() * 20_000)).join("");
  const words = random(1_500);
  const long = signature(words);
  assert.equal(long.length, 4_096);
  assert.ok(mayContain(long, numbers(words.slice(700, 710))));
  const maker = new SignatureMaker();
  for (let at = 0; at < 20; at++) maker.push(random(5_000));
  assert.equal(maker.tooLong, true);
  assert.equal(maker.finish(), null);
});
