import assert from "node:assert/strict";
import { test } from "node:test";
import { aclIdentifier, modRights } from "./acl-syntax.ts";
import { Decoder } from "./decoder.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

function read<T>(text: string, parse: (d: Decoder) => T): T {
  const d = new Decoder({ lines: [Buffer.from(text)], literals: [] });
  const value = parse(d);
  d.end();
  return value;
}

test("rights: set, added, removed; c and d are what took their place", () => {
  assert.deepEqual(read("lrs", modRights), { mode: "set", letters: "lrs" });
  assert.deepEqual(read('""', modRights), { mode: "set", letters: "" });
  assert.deepEqual(read("+cd", modRights), { mode: "add", letters: "kxte" });
  assert.deepEqual(read("-a", modRights), { mode: "remove", letters: "a" });
});

test("refused: capitals, digits, letters that are no rights", () => {
  for (const text of ["lrQ", "lrq", "+0", "--l", "l r", ""])
    assert.throws(() => read(text, modRights), ImapSyntaxError, text);
});

test("a dash in front of an identifier takes away", () => {
  assert.deepEqual(read("-fred", aclIdentifier), { text: "-fred", name: "fred", negative: true });
  assert.deepEqual(read('"a b"', aclIdentifier), { text: "a b", name: "a b", negative: false });
});
