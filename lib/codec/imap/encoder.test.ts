import assert from "node:assert/strict";
import { test } from "node:test";
import { Encoder, responseText } from "./encoder.ts";

const wire = (encoder: Encoder) => encoder.crlf().map(String).join("");

test("strings are quoted when they can be, else literals", () => {
  assert.equal(wire(new Encoder().string('a "b" \\')), '"a \\"b\\" \\\\"\r\n');
  assert.equal(wire(new Encoder().string("")), '""\r\n');
  assert.equal(wire(new Encoder().string("a\r\nb")), "{4}\r\na\r\nb\r\n");
  assert.equal(wire(new Encoder().string("ä")), "{2}\r\nä\r\n");
  assert.equal(wire(new Encoder({ utf8: true }).string("ä")), '"ä"\r\n');
  assert.equal(wire(new Encoder().string("x".repeat(2000))).slice(0, 8), "{2000}\r\n");
  assert.equal(wire(new Encoder().string("a\0b")), "{2}\r\nab\r\n");
  assert.equal(wire(new Encoder().nstring(null)), "NIL\r\n");
});

test("mailboxes are spelled as the session reads them", () => {
  assert.equal(wire(new Encoder().mailbox("Entwürfe/a b")), '"Entw&APw-rfe/a b"\r\n');
  assert.equal(wire(new Encoder({ utf8: true }).mailbox("Entwürfe")), '"Entwürfe"\r\n');
  assert.equal(wire(new Encoder().mailbox("nil")), '"nil"\r\n');
  assert.equal(wire(new Encoder().mailbox("Sent")), "Sent\r\n");
});

test("octets that are streamed stay streams, in their place", () => {
  const stream = { size: 3, open: () => Promise.reject(new Error("not opened here")) as never };
  const pieces = new Encoder().raw("* 1 FETCH (BODY[] ").literalStream(stream).raw(")").crlf();
  assert.deepEqual(pieces, ["* 1 FETCH (BODY[] {3}\r\n", stream, ")\r\n"]);
});

test("text for people cannot carry a line of its own", () => {
  assert.equal(responseText("no\r\n* OK ü"), "no * OK");
  assert.equal(responseText("\r\n"), ".");
});
