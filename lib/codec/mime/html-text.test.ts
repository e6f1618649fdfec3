import assert from "node:assert/strict";
import { test } from "node:test";
import { htmlToText } from "./html-text.ts";

const words = (html: string) => htmlToText(html).replace(/\s+/g, " ").trim();

const CASES: [html: string, text: string][] = [
  ["plain", "plain"],
  ["<p>one</p><p>two</p>", "one two"],
  ["a<b>b</b>c", "abc"],
  ["one<br>two", "one two"],
  ["<head><title>no</title><style>p{}</style></head>yes", "yes"],
  ["<HEAD><body>an unclosed head hides nothing", "an unclosed head hides nothing"],
  ["<script>if (a < b) document.write('</b>')</script>after", "after"],
  ["<STYLE>x</Style >after", "after"],
  ["<style>never closed", ""],
  ["a<!-- <b>no</b> -->b<!---->c", "abc"],
  ["a<!-- never closed", "a"],
  ["<!DOCTYPE html><?xml?>a", "a"],
  ["1 < 2 & 3 > 2", "1 < 2 & 3 > 2"],
  ["a<", "a<"],
  ["a<b", "a"],
  ["&amp;lt; &lt;b&gt; &#65;&#x42; &nbsp;&euro;", "&lt; <b> AB €"],
  ["&#0;&#xd800;&#x110000;&#9999999;&unknown;", "&unknown;"],
];

for (const [html, text] of CASES) {
  test(`html: ${JSON.stringify(html)}`, () => assert.equal(words(html), text));
}

test("hostile tags cost no more than their length", () => {
  const started = performance.now();
  for (const text of [
    "<",
    "</style",
    "<style>",
    "<!--",
    "<a ",
    "&",
    "&#",
    "<style></style",
    "<>",
  ]) {
    htmlToText(text.repeat(100_000));
  }
  assert.ok(performance.now() - started < 2_000, `${performance.now() - started} ms`);
});
