import assert from "node:assert/strict";
import { test } from "node:test";
import { ACME_CODES } from "../mail/acme/reasons.ts";
import { REASONS } from "../mail/dns/reasons.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

const slots = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]))].sort();

test("every reason has a sentence in both languages, with the parameters that it comes with", () => {
  const sentences: Record<string, string> = en;
  const chinese: Record<string, string> = zh;
  for (const [key, params] of Object.entries(REASONS)) {
    const wanted = [...params].sort();
    assert.deepEqual(slots(sentences[`reason.${key}`] ?? ""), wanted, key);
    assert.deepEqual(slots(chinese[`reason.${key}`] ?? ""), wanted, `${key} in Chinese`);
  }
});

test("every sentence about a reason has its reason", () => {
  const keys = [...Object.keys(REASONS), ...ACME_CODES.map((code) => `acme.${code}`)];
  const known = keys.map((key) => `reason.${key}`);
  for (const key of Object.keys(en).filter((name) => name.startsWith("reason."))) {
    assert.ok(known.includes(key), key);
  }
});

test("what a capability says is about the domain", () => {
  for (const [key, text] of Object.entries(en)) {
    if (!key.startsWith("cap.")) continue;
    for (const slot of slots(text)) assert.ok(slot === "domain" || slot === "host", key);
  }
});
