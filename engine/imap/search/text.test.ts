import assert from "node:assert/strict";
import { test } from "node:test";
import { contains, Finder } from "./text.ts";

const TEXTS = [
  "Grüße aus Überlingen",
  "A\u0308\u0323rger, a\u0323\u0308rger",
  "会议记录 👩‍👩‍👧 😀",
  "นํ้า ที่",
];
const WANTED = [
  "GRÜß",
  "ü",
  "u",
  "\u00e4\u0323rger",
  "ärger",
  "議",
  "😀",
  "👩",
  "ที่",
  "e\u0301",
  "n",
];

test("a text means the same however it is cut", () => {
  for (const text of TEXTS)
    for (const wanted of WANTED)
      for (let cut = 0; cut <= text.length; cut++) {
        const finder = new Finder(wanted);
        finder.push(text.slice(0, cut));
        finder.push(text.slice(cut));
        finder.cut();
        assert.equal(finder.found, contains(text, wanted), `${wanted} in ${text}, cut at ${cut}`);
      }
});

test("nothing is found across the border of two parts", () => {
  const finder = new Finder("ab");
  finder.push("a");
  finder.cut();
  finder.push("b");
  finder.cut();
  assert.equal(finder.found, false);
});

test("accents without end are not held without end", () => {
  const finder = new Finder("zzz");
  const started = performance.now();
  for (let at = 0; at < 100; at++) finder.push("\u0301".repeat(10_000));
  finder.cut();
  assert.equal(finder.found, false);
  assert.ok(performance.now() - started < 2_000);
});
