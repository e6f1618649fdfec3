import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeUtf7, encodeUtf7 } from "./utf7.ts";

const PAIRS = [
  ["INBOX", "INBOX"],
  ["a&b", "a&-b"],
  ["Entwürfe", "Entw&APw-rfe"],
  ["~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"],
  ["😀", "&2D3eAA-"],
  ["&&", "&-&-"],
  ["ü&ü", "&APw-&-&APw-"],
  ["", ""],
] as const;

for (const [name, wire] of PAIRS) {
  test(`${JSON.stringify(name)} is ${wire} both ways`, () => {
    assert.equal(encodeUtf7(name), wire);
    assert.equal(decodeUtf7(wire), name);
  });
}

test("other spellings are refused", () => {
  const bad = [
    "a&b", // no end
    "&", // no end
    "&AGE-", // "a" needs no shift
    "&APx-", // padding bits are not zero
    "&APw=-", // padded
    "&AP-", // half a character
    "&APw-&APw-", // two shifts where one does
    "&AAA-", // NUL
    "&2D0-", // lone surrogate
    "&U/BT-", // "/" is written ","
    "ü", // 8-bit
    "a\tb", // control
    "a\x7f",
  ];
  for (const wire of bad) assert.equal(decodeUtf7(wire), null, wire);
});

test("every code unit comes back", () => {
  for (let code = 1; code < 0x10000; code += 7) {
    const name = String.fromCharCode(code);
    if (name.isWellFormed()) assert.equal(decodeUtf7(encodeUtf7(name)), name, `U+${code}`);
  }
});
