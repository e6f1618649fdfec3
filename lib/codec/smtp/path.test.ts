import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalLiteral, forwardPath, reversePath } from "./path.ts";
import { Scanner } from "./syntax.ts";

const reverse = (text: string) => {
  const scanner = new Scanner(text);
  const path = reversePath(scanner);
  assert.ok(scanner.done, `${text} was not read to its end`);
  return path;
};
const address = (text: string) => {
  const path = reverse(text);
  return path && [path.local, path.domain];
};

test("paths in their plain forms", () => {
  assert.equal(reverse("<>"), null);
  assert.deepEqual(address("<Ann@Example.ORG>"), ["Ann", "example.org"]);
  assert.deepEqual(address("<a.b+c@x>"), ["a.b+c", "x"]);
  assert.deepEqual(address("<a@xn--bcher-kva.example>"), ["a", "xn--bcher-kva.example"]);
});

test("source routes are dropped", () => {
  assert.deepEqual(address("<@one.example,@two.example:ann@example.org>"), ["ann", "example.org"]);
  assert.throws(() => reverse("<@one.example,two.example:ann@example.org>"));
  assert.throws(() => reverse("<@one.example>"));
});

test("quoted local parts come out without quotes", () => {
  assert.deepEqual(address('<"ann smith"@example.org>'), ["ann smith", "example.org"]);
  assert.deepEqual(address('<"a\\"b\\\\c@d>"@example.org>'), ['a"b\\c@d>', "example.org"]);
  for (const bad of ['<"ann@example.org>', '<ann"x"@example.org>', '<"a"b@example.org>']) {
    assert.throws(() => reverse(bad), bad);
  }
});

test("address literals, in one spelling", () => {
  assert.deepEqual(address("<a@[192.0.2.001]>"), ["a", "[192.0.2.1]"]);
  assert.deepEqual(address("<a@[ipv6:2001:DB8::1]>"), ["a", "[IPv6:2001:db8::1]"]);
  for (const bad of [
    "[256.0.0.1]",
    "[1.2.3]",
    "[1.2.3.4.5]",
    "[2001:db8::1]",
    "[IPv6:zz]",
    "[x:y]",
  ])
    assert.throws(() => canonicalLiteral(bad), bad);
});

test("UTF-8 addresses are told apart, domains become A-labels", () => {
  assert.deepEqual(reverse("<jürgen@bücher.example>"), {
    local: "jürgen",
    domain: "xn--bcher-kva.example",
    utf8: true,
  });
  assert.equal(reverse("<a@bücher.example>")?.utf8, true);
  assert.equal(reverse("<a@b.example>")?.utf8, false);
  assert.throws(() => reverse("<a\u0085b@example.org>"));
});

test("limits of RFC 5321 §4.5.3.1", () => {
  assert.ok(reverse(`<${"a".repeat(64)}@example.org>`));
  assert.throws(() => reverse(`<${"a".repeat(65)}@example.org>`));
  assert.throws(() => reverse(`<${"ü".repeat(33)}@example.org>`));
  const label = "b".repeat(63);
  assert.ok(reverse(`<a@${label}.${label}.${label}.org>`));
  assert.throws(() => reverse(`<a@${label}b.org>`));
  assert.throws(() => reverse(`<${"a".repeat(64)}@${label}.${label}.${label}.org>`));
});

test("what is not an address is refused", () => {
  const bad = [
    "ann@example.org",
    "<ann@example.org",
    "<ann>",
    "<@>",
    "<ann@>",
    "<@example.org>",
    "<.ann@example.org>",
    "<ann.@example.org>",
    "<a..b@example.org>",
    "<a@-x.org>",
    "<a@x-.org>",
    "<a@x..org>",
    "<a@.org>",
    "<a@org.>",
    "<a@x_y.org>",
    "<a b@example.org>",
    "< ann@example.org>",
    "<ann@example.org >",
    "<a(c)@example.org>",
    "<a@b@c>",
    "< >",
    "<<a@b.org>>",
  ];
  for (const text of bad) assert.throws(() => reverse(text), text);
});

test("all ASCII characters of a local part against the ABNF", () => {
  const atext = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]/;
  for (let code = 0; code < 128; code++) {
    const char = String.fromCharCode(code);
    const plain = () => reverse(`<a${char}b@example.org>`);
    const allowed = atext.test(char) || char === ".";
    if (allowed) assert.equal(plain()?.local, `a${char}b`);
    else assert.throws(plain, `code ${code} unquoted`);
    const quoted = () => reverse(`<"a${char}b"@example.org>`);
    if (code >= 32 && code < 127 && char !== '"' && char !== "\\")
      assert.equal(quoted()?.local, `a${char}b`);
    else if (char !== "\\") assert.throws(quoted, `code ${code} quoted`);
  }
});

test("all ASCII characters of a domain against the ABNF", () => {
  for (let code = 0; code < 128; code++) {
    const char = String.fromCharCode(code);
    const read = () => reverse(`<a@x${char}y.org>`);
    if (/[A-Za-z0-9.-]/.test(char)) assert.ok(read());
    else assert.throws(read, `code ${code}`);
  }
});

test("Postmaster needs no domain, as a recipient only", () => {
  assert.deepEqual(forwardPath(new Scanner("<pOSTmaster>")), {
    local: "postmaster",
    domain: "",
    utf8: false,
  });
  assert.throws(() => forwardPath(new Scanner("<>")));
  assert.throws(() => reverse("<postmaster>"));
});
