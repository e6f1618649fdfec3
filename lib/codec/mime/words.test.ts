import assert from "node:assert/strict";
import { test } from "node:test";
import libmime from "libmime";
import { corpus } from "../../../tests/support/corpus.ts";
import { charsetDecoder, decodeCharset, knownCharset } from "./charset.ts";
import { decodeWords, encodePhrase, encodeText } from "./encoded-word.ts";
import { headerText, splitHeader } from "./header.ts";
import { paramValue, parseContentType, parseDisposition } from "./params.ts";

test("encoded words of RFC 2047 §8 and of the wild", () => {
  const cases: [string, string][] = [
    ["plain", "plain"],
    ["(=?ISO-8859-1?Q?a?=)", "(a)"],
    ["=?ISO-8859-1?Q?a?= b", "a b"],
    ["=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"],
    ["=?ISO-8859-1?Q?a?=  =?ISO-8859-2?B?Yg==?=", "ab"],
    ["=?ISO-8859-1?Q?a_b?=", "a b"],
    ["=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"],
    ["=?utf-8?B?5rWL6K+V?=", "测试"],
    ["=?utf-8?B?5rWL6K8=?= =?utf-8?B?lQ==?=", "测试"],
    ["=?gb2312?B?suLK1A==?=", "测试"],
    ["=?iso-2022-jp?B?GyRCJEgbKEI=?=", "と"],
    ["=?windows-1252?q?=80?=", "€"],
    ["=?no-such-charset?q?caf=C3=A9?=", "café"],
    ["x=?utf-8?q?=3D?=y", "x=y"],
    ["=?utf-8?q?has space?=", "has space"],
    ["=?utf-8?x?abc?=", "=?utf-8?x?abc?="],
    ["=?utf-8?q?abc", "=?utf-8?q?abc"],
    ["=?utf-8?q?=ZZ=4?=", "=ZZ=4"],
  ];
  for (const [text, expected] of cases) assert.equal(decodeWords(text), expected, text);
});

test("what we encode reads back and keeps to 75 characters a word", () => {
  for (const text of ["Grüße", "测试".repeat(60), "😀".repeat(50), "=?utf-8?q?x?=", "a\tb"]) {
    const encoded = encodeText(text);
    assert.match(encoded, /^[\t -~]*$/);
    assert.equal(decodeWords(encoded), text);
    for (const word of encoded.split(" ")) assert.ok(word.length <= 75);
  }
  assert.equal(encodeText("plain text"), "plain text");
  assert.equal(encodePhrase("a.b"), '"a.b"');
  assert.equal(encodePhrase(""), '""');
});

test("subjects of the corpus read as libmime reads them", () => {
  let words = 0;
  for (const { name, octets } of corpus({ every: 2 })) {
    const subject = headerText(octets, splitHeader(octets), "subject") ?? "";
    if (!subject.includes("=?")) continue;
    words++;
    assert.equal(decodeWords(subject), libmime.decodeWords(subject), name);
  }
  assert.ok(words > 10, `${words} subjects with encoded words`);
});

test("charsets: known ones by any case, unknown ones guessed", () => {
  for (const label of [
    "UTF-8",
    "us-ascii",
    "ISO-8859-15",
    "koi8-r",
    "GB18030",
    "big5",
    "iso-2022-jp",
  ]) {
    assert.ok(knownCharset(label), label);
  }
  assert.equal(knownCharset("x-made-up"), false);
  assert.equal(decodeCharset(Buffer.from([0x80]), "us-ascii"), "€");
  assert.equal(decodeCharset(Buffer.from("é"), "x".repeat(100)), "é");
  const text = "测试 text と";
  const decoder = charsetDecoder("utf-8");
  const pieces = Array.from(Buffer.from(text), (byte) => decoder.write(Buffer.from([byte])));
  assert.equal(pieces.join("") + decoder.end(), text);
});

test("Content-Type: parameters, comments, and what is none", () => {
  assert.deepEqual(parseContentType('Text/Plain; CharSet="us-ascii" (plain); Format=flowed;'), {
    type: "text",
    subtype: "plain",
    params: [
      ["charset", "us-ascii"],
      ["format", "flowed"],
    ],
  });
  const boundary = parseContentType('multipart/mixed;boundary="a (b) \\"c; d"; x')?.params;
  assert.deepEqual(boundary, [["boundary", 'a (b) "c; d']]);
  assert.equal(parseContentType("text"), null);
  assert.equal(parseContentType(""), null);
  assert.equal(parseContentType("/plain"), null);
});

test("RFC 2231: continuations are joined, charsets decoded", () => {
  const type = parseContentType(
    "application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; " +
      'title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2="isn\'t it!"',
  );
  assert.equal(paramValue(type?.params ?? [], "title"), "This is even more ***fun*** isn't it!");
  const url = parseContentType('message/external-body; URL*1="b"; URL*0="ftp://a"')?.params;
  assert.deepEqual(url, [["url", "ftp://ab"]]);
  const gap = parseContentType("a/b; x*0=1; x*2=3")?.params;
  assert.deepEqual(gap, [["x", "1"]]);
});

test("file names as mailers write them", () => {
  const cases: [string, string][] = [
    ["attachment; filename=a.txt", "a.txt"],
    ["attachment; filename=my report.txt; size=3", "my report.txt"],
    ['attachment; filename="a;b\\"c.txt"', 'a;b"c.txt'],
    ["attachment; filename*=UTF-8''%e2%82%ac%20rates", "€ rates"],
    ["attachment; filename*=gb2312''%b2%e2.txt", "测.txt"],
    ['attachment; filename="=?utf-8?B?5rWL?=.txt"', "测.txt"],
    ["attachment; filename=\"old.txt\"; filename*=utf-8''new.txt", "new.txt"],
    ['attachment; filename="unclosed', "unclosed"],
    ["attachment filename=x", "x"],
  ];
  for (const [text, expected] of cases) {
    assert.equal(paramValue(parseDisposition(text)?.params ?? [], "filename"), expected, text);
  }
  assert.equal(paramValue([], "filename"), null);
});

test("hostile parameters are bounded and cost no more than their length", () => {
  const started = performance.now();
  for (const text of ['="', ";a=", "(", "a*0*=", '"', "\\", "=?a?q?", ";", "()", 'a="\\']) {
    const params = parseContentType(`a/b; ${text.repeat(100_000)}`)?.params ?? [];
    assert.ok(params.length <= 64);
    decodeWords(text.repeat(100_000));
  }
  assert.ok(performance.now() - started < 3_000, `${performance.now() - started} ms`);
});
