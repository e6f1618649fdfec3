import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDomainInput } from "./domain-input.ts";

const MEANT: [typed: string, domain: string][] = [
  ["example.com", "example.com"],
  [" Example.COM. ", "example.com"],
  ["https://www.example.com/contact?x=1#y", "example.com"],
  ["http://example.com:8080", "example.com"],
  ["mailto:post@example.com", "example.com"],
  ["<post@mail.example.com>", "mail.example.com"],
  ["bücher.example", "xn--bcher-kva.example"],
  ["例子。公司", "xn--fsqu00a.xn--55qx5d"],
  ["www.com", "www.com"],
];

for (const [typed, domain] of MEANT) {
  test(`"${typed}" means ${domain}`, () => assert.equal(parseDomainInput(typed), domain));
}

for (const typed of [
  "",
  "localhost",
  "192.0.2.1",
  "a b.com",
  "-x.com",
  "x..com",
  "com",
  "@",
  "[::1]",
]) {
  test(`"${typed}" names no mail domain`, () => assert.equal(parseDomainInput(typed), null));
}
