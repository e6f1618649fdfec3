import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { encodeBase64, encodeQuotedPrintable, transferDecoder } from "./transfer.ts";

function decode(encoding: string, ...chunks: Buffer[]): string {
  const decoder = transferDecoder(encoding);
  assert.ok(decoder);
  const pieces = chunks.map((chunk) => Buffer.from(decoder.push(chunk)));
  return Buffer.concat([...pieces, decoder.finish()]).toString("latin1");
}

const CASES: [encoding: string, text: string, expected: string][] = [
  ["base64", "aGVsbG8=", "hello"],
  ["base64", "aGVs\r\nbG8", "hello"],
  ["base64", "aGV!s*bG8=\r\n\r\n", "hello"],
  ["base64", "aGk=aGk=", "hihi"],
  ["base64", "YQ==\r\nYg==", "ab"],
  ["base64", "=====", ""],
  ["base64", "", ""],
  ["quoted-printable", "caf=E9", "caf\xe9"],
  ["quoted-printable", "a=e9=3d", "a\xe9="],
  ["quoted-printable", "one=\r\ntwo", "onetwo"],
  ["quoted-printable", "one= \t\r\ntwo", "onetwo"],
  ["quoted-printable", "one=\ntwo", "onetwo"],
  ["quoted-printable", "trailing  \t\r\nx  y ", "trailing\r\nx  y"],
  ["quoted-printable", "bad =ZZ =4 =", "bad =ZZ =4 "],
  ["quoted-printable", "= x=\rx", "= x=\rx"],
  ["quoted-printable", "=3", "=3"],
  ["7bit", "a=\r\n", "a=\r\n"],
];

for (const [encoding, text, expected] of CASES) {
  test(`${encoding}: ${JSON.stringify(text)}, cut anywhere`, () => {
    const octets = Buffer.from(text, "latin1");
    assert.equal(decode(encoding, octets), expected);
    assert.equal(decode(encoding, ...Array.from(octets, (byte) => Buffer.from([byte]))), expected);
    for (let cut = 0; cut <= octets.length; cut++) {
      const pieces = [octets.subarray(0, cut), octets.subarray(cut)];
      assert.equal(decode(encoding, ...pieces), expected, `cut at ${cut}`);
    }
  });
}

test("an unknown encoding has no decoder", () => {
  assert.equal(transferDecoder("x-uuencode"), null);
});

test("what we encode reads back, in lines of at most 76", () => {
  for (const size of [0, 1, 56, 57, 58, 1_000]) {
    const octets = randomBytes(size);
    const encoded = encodeBase64(octets);
    assert.equal(decode("base64", Buffer.from(encoded)), octets.toString("latin1"));
    for (const line of encoded.split("\r\n")) assert.ok(line.length <= 76);
  }
  const text = `${"long ".repeat(50)}\nGrüße = 测试 \n\ttab at end\t\n`;
  const encoded = encodeQuotedPrintable(text);
  for (const line of encoded.split("\r\n")) assert.ok(line.length <= 76, line);
  const back = Buffer.from(decode("quoted-printable", Buffer.from(encoded)), "latin1");
  assert.equal(back.toString(), text.replaceAll("\n", "\r\n"));
});

test("white space without end is passed on, not held", () => {
  const spaces = " ".repeat(5_000);
  assert.equal(decode("quoted-printable", Buffer.from(spaces), Buffer.from("x")), `${spaces}x`);
});
