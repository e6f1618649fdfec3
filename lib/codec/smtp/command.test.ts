import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { test } from "node:test";
import * as command from "./command.ts";
import { SyntaxFault, decodeXtext, encodeXtext } from "./syntax.ts";

const FUZZ = Number(process.env["FUZZ"] ?? 3000);
const split = (line: string | Buffer) => command.splitCommand(Buffer.from(line));
const fault = (kind: string) => (e: unknown) => e instanceof SyntaxFault && e.fault === kind;

test("a line is a verb and the rest; white space at the end is tolerated", () => {
  assert.deepEqual(split("mail FROM:<a@b>  "), { verb: "MAIL", rest: "FROM:<a@b>" });
  assert.deepEqual(split("QUIT"), { verb: "QUIT", rest: "" });
  assert.deepEqual(split("quit \t"), { verb: "QUIT", rest: "" });
  for (const odd of ["", " QUIT", "Q1", "\u00fc", "GET/"]) assert.equal(split(odd).verb, "");
});

test("bytes that are no text are refused", () => {
  for (const bad of [Buffer.from([0x4e, 0xff]), "NOOP \0", "NO\0OP", "NOOP \x7f", "NOOP a\tb"])
    assert.throws(() => split(bad), fault("syntax"));
});

test("MAIL with every parameter", () => {
  const got = command.parseMail(
    "from:<a@example.org> SIZE=1000 body=8bitmime SMTPUTF8 RET=hdrs ENVID=Q+2B1 REQUIRETLS AUTH=e+3Dmc2@example.com",
  );
  assert.deepEqual(got, {
    reversePath: { local: "a", domain: "example.org", utf8: false },
    size: 1000,
    body: "8BITMIME",
    smtputf8: true,
    ret: "HDRS",
    envid: "Q+1",
    requireTls: true,
    auth: "e=mc2@example.com",
  });
  assert.equal(command.parseMail("FROM:<> AUTH=<>").auth, "<>");
});

test("MAIL refuses what is not said in the right words", () => {
  const bad = [
    "",
    "<a@b>",
    "FROM",
    "FROM:",
    "FROM: <a@b>",
    "FROM :<a@b>",
    "FROM:a@b",
    "FROM:<a@b>SIZE=1",
    "FROM:<a@b>  SIZE=1",
    "FROM:<a@b> SIZE",
    "FROM:<a@b> SIZE=",
    "FROM:<a@b> SIZE=-1",
    "FROM:<a@b> SIZE=1 SIZE=2",
    "FROM:<a@b> SIZE=1=2",
    "FROM:<a@b> SMTPUTF8=yes",
    "FROM:<a@b> =",
    "FROM:<a@b> -X=1",
    "FROM:<a@b> ENVID=a+zz",
    `FROM:<a@b> ENVID=${"x".repeat(101)}`,
  ];
  for (const text of bad) assert.throws(() => command.parseMail(text), fault("syntax"), text);
});

test("unknown parameters and values that are not offered are told apart", () => {
  for (const text of ["X=1", "FOO", "BODY=BINARYMIME", "RET=ALL", "NOTIFY=NEVER"])
    assert.throws(() => command.parseMail(`FROM:<a@b> ${text}`), fault("parameter"), text);
});

test("an international sender needs SMTPUTF8", () => {
  assert.throws(() => command.parseMail("FROM:<ü@b>"), fault("utf8"));
  assert.equal(command.parseMail("FROM:<ü@b> SMTPUTF8").reversePath?.local, "ü");
});

test("RCPT with DSN parameters", () => {
  const got = command.parseRcpt("TO:<b@c> NOTIFY=success,DELAY ORCPT=rfc822;B+2Bx@c");
  assert.equal(got.notify, "SUCCESS,DELAY");
  assert.equal(got.orcpt, "rfc822;B+2Bx@c");
  for (const bad of [
    "TO:<>",
    "TO:<b@c> NOTIFY=NEVER,DELAY",
    "TO:<b@c> NOTIFY=DELAY,DELAY",
    "TO:<b@c> NOTIFY=",
    "TO:<b@c> ORCPT=b@c",
    "TO:<b@c> ORCPT=rfc822;b+0D+0AX:@c",
    "TO: <b@c>",
  ])
    assert.throws(() => command.parseRcpt(bad), fault("syntax"), bad);
  assert.throws(() => command.parseRcpt("TO:<b@c> SIZE=1"), fault("parameter"));
});

test("EHLO takes names and literals, nothing that could write a header", () => {
  for (const good of ["mx.example.org", "[192.0.2.1]", "[IPv6:::1]", "localhost", "MY_PC", "a.b."])
    assert.ok(command.parseHello(good), good);
  for (const bad of ["", "a b", "a(b)", "<a>", "[1.2.3]", "a..b", "-a", "ü.org", "a;b", "."])
    assert.throws(() => command.parseHello(bad), bad);
});

test("BDAT, AUTH and verbs without arguments", () => {
  assert.deepEqual(command.parseBdat("12 last"), { size: 12, last: true });
  assert.deepEqual(command.parseBdat("0"), { size: 0, last: false });
  for (const bad of ["", "-1", "1 FIRST", "1  LAST", "1LAST", "9".repeat(16), "0x10", " 1"])
    assert.throws(() => command.parseBdat(bad), bad);
  assert.deepEqual(command.parseAuth("plain ="), { mechanism: "PLAIN", initialResponse: "=" });
  assert.deepEqual(command.parseAuth("LOGIN"), { mechanism: "LOGIN", initialResponse: null });
  for (const bad of ["", "PLAIN !", "PLAIN a b", "X".repeat(21), "PLAIN a=b"])
    assert.throws(() => command.parseAuth(bad), bad);
  assert.equal(command.parseNothing(""), null);
  assert.throws(() => command.parseNothing("x"));
});

test("xtext goes there and back, all 256 bytes; hidden controls are refused", () => {
  for (let code = 32; code < 127; code++) {
    const char = String.fromCharCode(code);
    assert.equal(decodeXtext(encodeXtext(char)), char);
  }
  for (let code = 0; code < 256; code++) {
    const hex = `+${code.toString(16).toUpperCase().padStart(2, "0")}`;
    assert.equal(decodeXtext(hex), code >= 32 && code < 127 ? String.fromCharCode(code) : null);
  }
  for (const bad of ["+", "+4", "+4g", "+ab", "a b", "a=b", "ü"])
    assert.equal(decodeXtext(bad), null);
});

test("random lines throw nothing but SyntaxFault", () => {
  const words = [
    "FROM:",
    "TO:",
    "<",
    ">",
    "a",
    "@",
    '"',
    "\\",
    "SIZE=",
    " ",
    "[",
    "]",
    "ü",
    ".",
    "+",
    ",",
    ":",
  ];
  const parsers = [
    command.parseMail,
    command.parseRcpt,
    command.parseHello,
    command.parseBdat,
    command.parseAuth,
  ];
  for (let round = 0; round < FUZZ; round++) {
    const text = Array.from({ length: randomInt(14) }, () => words[randomInt(words.length)]!).join(
      "",
    );
    for (const parse of [...parsers, () => split(randomBytes(randomInt(20)))]) {
      try {
        parse((round % 2 ? "FROM:<" : "TO:<") + text);
      } catch (error) {
        assert.ok(error instanceof SyntaxFault, `${text}: ${String(error)}`);
      }
    }
  }
});
