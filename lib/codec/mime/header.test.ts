import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldOctets, fieldsNamed, fieldText, headerText, splitHeader } from "./header.ts";
import { formatField } from "./header-writer.ts";
import { unfold } from "./text.ts";

const MESSAGE = Buffer.from(
  "Received: from a\r\n\tby b\r\nSubject:x\r\nSUBJECT : y\r\nnot a field\r\n: none\r\n" +
    "Empty:\r\n\r\nBody: not a field\r\n",
);

test("fields, their ranges, and where the header ends", () => {
  const header = splitHeader(MESSAGE);
  assert.deepEqual(
    header.fields.map(({ name }) => name),
    ["Received", "Subject", "SUBJECT", "", "", "Empty"],
  );
  assert.equal(header.complete, true);
  assert.equal(MESSAGE.toString("latin1", header.length), "Body: not a field\r\n");
  const octets = header.fields.map((field) => fieldOctets(MESSAGE, field).toString("latin1"));
  assert.equal(octets.join("") + "\r\n", MESSAGE.toString("latin1", 0, header.length));
  assert.equal(octets[0], "Received: from a\r\n\tby b\r\n");
});

test("values are found without case, unfolded and trimmed", () => {
  const header = splitHeader(MESSAGE);
  assert.equal(headerText(MESSAGE, header, "received"), "from a\tby b");
  assert.deepEqual(
    fieldsNamed(header, "subject").map((field) => fieldText(MESSAGE, field)),
    ["x", "y"],
  );
  assert.equal(headerText(MESSAGE, header, "empty"), "");
  assert.equal(headerText(MESSAGE, header, "body"), null);
});

test("LF alone ends lines, a header may be cut off, octets may be anything", () => {
  assert.equal(splitHeader(Buffer.from("A: 1\nB: 2\n\nx")).length, 11);
  assert.equal(splitHeader(Buffer.from("A: 1\r\nB")).complete, false);
  assert.deepEqual(splitHeader(Buffer.alloc(0)), { fields: [], length: 0, complete: false });
  for (let byte = 0; byte < 256; byte++) {
    const [field] = splitHeader(Buffer.from([byte, 0x3a, 0x20])).fields;
    const isName = byte > 0x20 && byte < 0x7f && byte !== 0x3a;
    if (byte === 10) assert.equal(field, undefined);
    else assert.equal(field?.name, isName ? String.fromCharCode(byte) : "", `octet ${byte}`);
  }
});

test("long fields are folded at white space and unfold to what they were", () => {
  const value = "word ".repeat(60).trim();
  const field = formatField("Subject", value);
  assert.ok(field.endsWith("\r\n"));
  for (const line of field.split("\r\n")) assert.ok(line.length <= 78, line);
  assert.equal(unfold(field), `Subject: ${value}`);
  assert.equal(formatField("To", "a@b"), "To: a@b\r\n");
});

test("a word that no line can hold is broken at 998 octets, between characters", () => {
  for (const text of ["x".repeat(3_000), "é".repeat(2_000)]) {
    const lines = formatField("X-Long", text).trimEnd().split("\r\n");
    for (const line of lines) assert.ok(Buffer.byteLength(line) <= 998);
    assert.equal(lines.join("").replaceAll(" ", ""), `X-Long:${text}`);
  }
});

test("a value cannot start a field of its own", () => {
  assert.equal(formatField("Subject", "a\r\nBcc: x@y\0"), "Subject: a  Bcc: x@y\r\n");
  assert.equal(formatField("Subject", "a\r\n\r\nbody"), "Subject: a    body\r\n");
  assert.equal(formatField("Subject", "folded\r\n before"), "Subject: folded before\r\n");
  assert.throws(() => formatField("Sub ject", "x"), TypeError);
  assert.throws(() => formatField("X:", "x"), TypeError);
  assert.throws(() => formatField("", "x"), TypeError);
});
