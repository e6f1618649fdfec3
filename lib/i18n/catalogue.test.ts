import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "./en.ts";
import { zh } from "./zh.ts";
import { formatAge, formatBytes } from "./format.ts";
import { negotiate, pieces, translateKey, translator, type MessageKey } from "./translate.ts";

const keys = Object.keys(en) as MessageKey[];
const slots = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]))].sort();

test("both languages have the same keys, in the same order", () => {
  assert.deepEqual(Object.keys(zh), keys);
});

test("both languages use the same parameters", () => {
  for (const key of keys) assert.deepEqual(slots(zh[key]), slots(en[key]), key);
});

test("no sentence is empty, and no brace stands alone", () => {
  for (const text of [...Object.values(en), ...Object.values(zh)]) {
    assert.notEqual(text.trim(), "");
    assert.doesNotMatch(text.replace(/\{\w+(\|[^{}]*)?\}/g, ""), /[{}]/, text);
  }
});

test("plurals and numbers follow the language", () => {
  assert.equal(translator("en")("tray.some", { n: 1 }), "1 job is running");
  assert.equal(translator("en")("tray.some", { n: 1204 }), "1,204 jobs are running");
  assert.equal(translator("zh")("tray.some", { n: 2 }), "2 个任务正在运行");
});

test("a key that nobody knows is a general sentence, never the key", () => {
  assert.equal(translateKey(translator("en"), "no.such.key"), en["error.field"]);
  assert.equal(translateKey(translator("zh"), "error.notFound"), zh["error.notFound"]);
});

test("a sentence falls into pieces around its slots", () => {
  assert.deepEqual(pieces("en", "nav.signedInAs"), ["Signed in as ", { slot: "name" }]);
});

test("Accept-Language: the best of ours by weight, else English", () => {
  assert.equal(negotiate("zh-CN,zh;q=0.9,en;q=0.8"), "zh");
  assert.equal(negotiate("fr-FR,en;q=0.5,zh;q=0.7"), "zh");
  assert.equal(negotiate("de, en-GB;q=0.4"), "en");
  assert.equal(negotiate("zh;q=0"), "en");
  assert.equal(negotiate(null), "en");
  assert.equal(negotiate(";;;,q=,zh"), "zh");
});

test("sizes and ages are written for people", () => {
  assert.equal(formatBytes("en", 0), "0 bytes");
  assert.equal(formatBytes("en", 1536), "1.5 kB");
  assert.equal(formatBytes("en", 5 * 1024 ** 3), "5 GB");
  const now = new Date("2026-11-23T10:00:00Z");
  assert.equal(formatAge("en", new Date("2026-11-23T09:56:00Z"), now), "4 minutes ago");
  assert.equal(formatAge("en", now, now), "now");
  assert.equal(formatAge("zh", new Date("2026-11-23T12:00:00Z"), now), "2小时后");
});
