import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseAuth,
  parseNothing,
  parseNumber,
  parseOptionalNumber,
  parseText,
  parseTop,
  Pop3SyntaxError,
  splitCommand,
} from "./command.ts";
import { challenge, err, ok } from "./reply.ts";
import { TopCut } from "./top.ts";

const split = (text: string) => splitCommand(Buffer.from(text));

test("verbs are known in any case, passwords keep their spaces", () => {
  assert.deepEqual(split("stat"), { verb: "STAT", rest: "" });
  assert.deepEqual(split("PASS  two  words "), { verb: "PASS", rest: " two  words " });
  assert.deepEqual(split("user käthe@example.org"), { verb: "USER", rest: "käthe@example.org" });
  assert.deepEqual(split(""), { verb: "", rest: "" });
});

test("controls and bytes that are not UTF-8 are refused", () => {
  for (let byte = 0; byte < 256; byte++) {
    const line = Buffer.from([0x41, byte]);
    const fine = byte >= 0x20 && byte < 0x7f;
    if (fine) splitCommand(line);
    else assert.throws(() => splitCommand(line), Pop3SyntaxError, `byte ${byte}`);
  }
});

test("arguments: what each verb takes, and nothing else", () => {
  assert.equal(parseNothing(""), null);
  assert.equal(parseNumber("12"), 12);
  assert.equal(parseOptionalNumber(""), null);
  assert.equal(parseOptionalNumber("2147483647"), 2147483647);
  assert.deepEqual(parseTop("1 0"), { number: 1, lines: 0 });
  assert.deepEqual(parseAuth(""), { mechanism: null, initial: null });
  assert.deepEqual(parseAuth("PLAIN ="), { mechanism: "PLAIN", initial: "=" });
  assert.equal(parseText(" x"), " x");
  const refused: [(rest: string) => unknown, string][] = [
    [parseNothing, "x"],
    [parseText, ""],
    [parseNumber, ""],
    [parseNumber, "0"],
    [parseNumber, "-1"],
    [parseNumber, "1 2"],
    [parseNumber, "1.5"],
    [parseNumber, "2147483648"],
    [parseNumber, "99999999999999999999"],
    [parseNumber, "1e3"],
    [parseTop, "1"],
    [parseTop, "1 2 3"],
    [parseTop, "1 -1"],
    [parseAuth, "PLAIN a b"],
  ];
  for (const [parse, rest] of refused) assert.throws(() => parse(rest), Pop3SyntaxError, rest);
});

test("a reply is one line of at most 512 octets, whatever its text", () => {
  assert.equal(ok("2 320"), "+OK 2 320\r\n");
  assert.equal(ok(""), "+OK\r\n");
  assert.equal(err("AUTH", "No"), "-ERR [AUTH] No\r\n");
  assert.equal(err(null, "a\r\n+OK b"), "-ERR a +OK b\r\n");
  assert.equal(challenge(""), "+ \r\n");
  assert.ok(Buffer.byteLength(ok("€".repeat(1000))) <= 512);
});

function top(lines: number, ...chunks: string[]): string {
  const cut = new TopCut(lines);
  let all = "";
  for (const chunk of chunks) if (!cut.done) all += cut.push(Buffer.from(chunk)).toString();
  return all;
}

test("TOP shows the header, the empty line and so many lines, however the bytes are cut", () => {
  const message = "A: 1\r\nB: 2\r\n\r\none\r\n\r\nthree\r\nlast";
  const wanted = ["A: 1\r\nB: 2\r\n\r\n", "one\r\n", "\r\n", "three\r\n", "last"];
  for (let lines = 0; lines <= 5; lines++) {
    const expected = wanted.slice(0, lines + 1).join("");
    for (let cut = 0; cut <= message.length; cut++)
      assert.equal(
        top(lines, message.slice(0, cut), message.slice(cut)),
        expected,
        `${lines} at ${cut}`,
      );
    assert.equal(top(lines, ...message), expected, `${lines}, byte by byte`);
  }
});

test("TOP of odd messages: LF alone, no body, no header", () => {
  assert.equal(top(1, "A: 1\n\none\ntwo\n"), "A: 1\n\none\n");
  assert.equal(top(5, "A: 1\r\n"), "A: 1\r\n");
  assert.equal(top(0, "\r\nbody\r\n"), "\r\n");
  assert.equal(top(0, "X\r\n\rX\r\n\r\nbody"), "X\r\n\rX\r\n\r\n");
});
