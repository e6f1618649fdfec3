import assert from "node:assert/strict";
import { test } from "node:test";
import { splitDomainInput, understandDomain } from "./domain-input.ts";

const MEANT: [typed: string, domain: string, alternative?: string][] = [
  ["example.com", "example.com"],
  [" Example.COM. ", "example.com"],
  ["https://www.example.com/contact?x=1#y", "example.com"],
  ["http://example.com:8080", "example.com"],
  ["https://shop.example.com/x", "example.com", "shop.example.com"],
  ["https://user:secret@a.b.example.co.uk:8443/", "example.co.uk", "a.b.example.co.uk"],
  ["shop.example.com", "shop.example.com", "example.com"],
  ["mail.example.com:25", "mail.example.com", "example.com"],
  ["mailto:post@example.com", "example.com"],
  ["mailto:post@example.com?subject=x", "example.com"],
  ["<post@mail.example.com>", "mail.example.com", "example.com"],
  ["www.shop.example.com", "shop.example.com", "example.com"],
  ["bücher.example", "xn--bcher-kva.example"],
  ["https://www.bücher.de/", "xn--bcher-kva.de"],
  ["例子。公司", "xn--fsqu00a.xn--55qx5d"],
  ["例子.公司.cn", "xn--fsqu00a.xn--55qx5d.cn"],
  ["WWW.例子．公司", "xn--fsqu00a.xn--55qx5d"],
  ["www.com", "www.com"],
  ["a.github.io", "a.github.io"],
  ["https://a.github.io/b", "a.github.io"],
  ["github.io", "github.io"],
  ["1e100.net", "1e100.net"],
  ["a.home.arpa", "a.home.arpa"],
];

for (const [typed, domain, alternative = null] of MEANT) {
  test(`"${typed}" means ${domain}`, () => {
    const meant = understandDomain(typed);
    assert.ok("name" in meant, JSON.stringify(meant));
    assert.deepEqual([meant.name, meant.alternative], [domain, alternative]);
  });
}

const REFUSED: Record<string, readonly string[]> = {
  invalid: [
    "",
    "a b.com",
    "-x.com",
    "x..com",
    "@",
    "nosuchtld",
    "a_b.com",
    "http://",
    "ex%61mple.com",
  ],
  ip: ["192.0.2.1", "[::1]", "https://192.0.2.1/x", "2001:db8::1", "post@[192.0.2.1]"],
  tooLong: [`${"a".repeat(64)}.com`, `${"a.".repeat(130)}com`],
  suffix: ["com", "co.uk", "https://co.uk/", "公司.cn", "公司", "someone@org", "www.co.uk"],
  reserved: [
    ...["localhost", "printer.local", "a.localhost", "x.invalid", "b.onion", "x.alt", "local"],
    ...["2.0.192.in-addr.arpa", "arpa"],
  ],
};

for (const [problem, all] of Object.entries(REFUSED))
  for (const typed of all)
    test(`"${typed.slice(0, 40)}" is refused: ${problem}`, () =>
      assert.deepEqual(understandDomain(typed), { problem }));

test("names for labs and shared suffixes are taken, with a word about it", () => {
  const notes = (typed: string) => {
    const meant = understandDomain(typed);
    return "notes" in meant ? meant.notes : null;
  };
  for (const name of ["ours.example", "lab.test", "x.internal", "a.home.arpa", "example.com"])
    assert.deepEqual(notes(name), ["lab"], name);
  assert.deepEqual(notes("github.io"), ["privateSuffix"]);
  for (const name of ["myexample.com", "posthorn.dev", "test.de", "a.github.io"])
    assert.deepEqual(notes(name), [], name);
});

test("a list is read by lines, commas, semicolons and spaces, in either script", () => {
  const text = `# ours\r\na.com, b.com;c.com d.com\n\n  Mei Chen <mei@e.com>\ne，f；g、h\n`;
  assert.deepEqual(splitDomainInput(text), [
    ...["a.com", "b.com", "c.com", "d.com", "mei@e.com", "e", "f", "g", "h"],
  ]);
  assert.deepEqual(splitDomainInput(" \n\t"), []);
});
