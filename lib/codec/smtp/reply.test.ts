import assert from "node:assert/strict";
import { test } from "node:test";
import { BadReply, ReplyReader, formatReply } from "./reply.ts";

function read(text: string) {
  const reader = new ReplyReader();
  return text
    .split("\r\n")
    .slice(0, -1)
    .map((line) => reader.push(line))
    .at(-1);
}

test("replies of one line and of several", () => {
  assert.equal(formatReply({ code: 250, enhanced: "2.0.0", lines: ["OK"] }), "250 2.0.0 OK\r\n");
  assert.equal(
    formatReply({ code: 250, enhanced: null, lines: ["mx", "SIZE 1"] }),
    "250-mx\r\n250 SIZE 1\r\n",
  );
});

test("text cannot start a new line, and no line is over 512 octets", () => {
  const evil = formatReply({ code: 550, enhanced: "5.1.1", lines: ["no\r\n250 yes\0"] });
  assert.equal(evil, "550 5.1.1 no 250 yes \r\n");
  for (const text of ["x".repeat(2000), "wörter ".repeat(300), "ü".repeat(1500)]) {
    const lines = formatReply({ code: 550, enhanced: "5.1.1", lines: [text] }).split("\r\n");
    assert.ok(lines.every((line) => Buffer.byteLength(line) <= 510));
    assert.ok(lines.slice(0, -2).every((line) => line.startsWith("550-5.1.1 ")));
    assert.ok(lines.at(-2)?.startsWith("550 5.1.1 "));
  }
});

test("what is formatted is read back", () => {
  const reply = { code: 550, enhanced: "5.7.1", lines: ["one", "two"] };
  assert.deepEqual(read(formatReply(reply)), reply);
  assert.deepEqual(read("250\r\n"), { code: 250, enhanced: null, lines: [""] });
  assert.deepEqual(read("354 go\r\n"), { code: 354, enhanced: null, lines: ["go"] });
});

test("an enhanced code of another class is text", () => {
  assert.deepEqual(read("250 5.1.1 hm\r\n"), { code: 250, enhanced: null, lines: ["5.1.1 hm"] });
});

test("malformed replies are refused", () => {
  for (const bad of [
    "hello\r\n",
    "25 OK\r\n",
    "250OK\r\n",
    "650 x\r\n",
    "250-a\r\n550 b\r\n",
    "\r\n",
  ])
    assert.throws(() => read(bad), BadReply, bad);
  assert.throws(() => read("250-x\r\n".repeat(300)), BadReply);
});
