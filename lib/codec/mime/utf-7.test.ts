import assert from "node:assert/strict";
import { test } from "node:test";
import { charsetDecoder, decodeCharset, knownCharset } from "./charset.ts";

const decode = (text: string) => decodeCharset(Buffer.from(text, "latin1"), "utf-7");

test("UTF-7: the examples of RFC 2152, and what nobody should write", () => {
  assert.equal(decode("A+ImIDkQ."), "A≢Α.");
  assert.equal(decode("Hi Mom -+Jjo--!"), "Hi Mom -☺-!");
  assert.equal(decode("+ZeVnLIqe-"), "日本語");
  assert.equal(decode("Item 3 is +AKM-1."), "Item 3 is £1.");
  assert.equal(decode("1 +- 1 = 2"), "1 + 1 = 2");
  assert.equal(decode("+2D3cqQ-"), "💩");
  assert.equal(decode("\xe4+\r\n+AGE"), "�\r\na", "octets above 127, a shift that is empty");
  assert.equal(decode("+2D0-"), "�", "half a pair");
});

test("UTF-7 means the same however it is cut, under each of its names", () => {
  const octets = Buffer.from("Hi Mom -+Jjo--! +2D3cqQ-+-+ZeVnLIqe +AKM-");
  for (const name of ["UTF-7", "utf7", "unicode-1-1-utf-7"]) {
    assert.ok(knownCharset(name));
    for (let cut = 0; cut <= octets.length; cut++) {
      const decoder = charsetDecoder(name);
      const text = decoder.write(octets.subarray(0, cut)) + decoder.write(octets.subarray(cut));
      assert.equal(text + decoder.end(), "Hi Mom -☺-! 💩+日本語 £", `${name} cut at ${cut}`);
    }
  }
});

test("the UTF-7 of mailbox names is no charset of messages", () => {
  assert.ok(!knownCharset("utf-7-imap"));
  assert.equal(decodeCharset(Buffer.from("&AGE-"), "utf-7-imap"), "&AGE-");
});
