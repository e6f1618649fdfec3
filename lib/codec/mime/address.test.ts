import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMailbox, mailboxesOf, parseAddressList } from "./address.ts";
import type { EnvelopeAddress } from "./structure.ts";

/** "name|route|mailbox|host", "~" for null: short enough to read a list of them. */
const show = ({ name, route, mailbox, host }: EnvelopeAddress) =>
  [name, route, mailbox, host].map((part) => part ?? "~").join("|");
const read = (text: string) => parseAddressList(text).addresses.map(show);

const CASES: [text: string, addresses: string[]][] = [
  ["", []],
  [" , ,, ", []],
  ["jane@example.com", ["~|~|jane|example.com"]],
  ["<jane@example.com>", ["~|~|jane|example.com"]],
  ["Jane Doe <jane@example.com>", ["Jane Doe|~|jane|example.com"]],
  ['"Doe, Jane" <jane@example.com>', ["Doe, Jane|~|jane|example.com"]],
  ['"a \\"b\\" \\\\" <a@b>', ['a "b" \\|~|a|b']],
  ['"john doe"@example.com', ["~|~|john doe|example.com"]],
  ['"a@b"@example.com', ["~|~|a@b|example.com"]],
  ["John Q. Public <john@example.com>", ["John Q. Public|~|john|example.com"]],
  ["jane@example.com (Jane Doe)", ["Jane Doe|~|jane|example.com"]],
  ["jane@example.com (Jane (the) Doe\\))", ["Jane (the) Doe)|~|jane|example.com"]],
  ["Jane (mobile) <jane@example.com> (old)", ["Jane|~|jane|example.com"]],
  ["jane @ example . com", ["~|~|jane|example.com"]],
  ["<@a.example,@b.example:jane@c.example>", ["~|@a.example,@b.example|jane|c.example"]],
  ["jane@[192.0.2.1]", ["~|~|jane|[192.0.2.1]"]],
  ["Pete's Group: a@b, C <c@d>;", ["~|~|Pete's Group|~", "~|~|a|b", "C|~|c|d", "~|~|~|~"]],
  ["undisclosed-recipients:;", ["~|~|undisclosed-recipients|~", "~|~|~|~"]],
  ["open: a@b", ["~|~|open|~", "~|~|a|b", "~|~|~|~"]],
  ["Zoë <zoë@exämple.com>", ["Zoë|~|zoë|exämple.com"]],
  ["=?utf-8?q?Doe,_Jane?= <j@x.y>", ["=?utf-8?q?Doe,_Jane?=|~|j|x.y"]],
  ["a@b, c@d", ["~|~|a|b", "~|~|c|d"]],
  ["A <a@b> B <c@d>", ["A|~|a|b", "~|~|c|d"]],
  ["a@b; c@d", ["~|~|a|b", "~|~|c|d"]],
  ["just words", ["~|~|just words|"]],
  ["<>", ["~|~||"]],
  ['"never closed <a@b>', ['" never closed|~|a|b']],
  ["(never closed a@b", ["~|~|(nevercloseda|b"]],
  ["Jane <jane@example.com", ["Jane|~|jane|example.com"]],
];

for (const [text, expected] of CASES) {
  test(`address list: ${JSON.stringify(text)}`, () => assert.deepEqual(read(text), expected));
}

test("a list longer than the limit says so", () => {
  const { addresses, truncated } = parseAddressList("a@b,".repeat(50), 10);
  assert.equal(addresses.length, 10);
  assert.equal(truncated, true);
  assert.equal(parseAddressList("a@b,c@d", 2).truncated, false);
});

test("unclosed quotes and comments cost no more than their length", () => {
  const started = performance.now();
  for (const text of ['"', "(", "[", '\\"', "<", ":", "=?a?q?", "(\\", "<("]) {
    parseAddressList(text.repeat(100_000), Infinity);
  }
  assert.ok(performance.now() - started < 2_000);
});

test("a field of words without end is read up to a limit, and says so", () => {
  for (const piece of ["@", "(", "a ", ")"])
    assert.equal(parseAddressList(piece.repeat(24_001)).truncated, true, piece);
  assert.equal(parseAddressList("@".repeat(24_000)).truncated, false);
  const many = '"Doe, J." (x) <j.doe@example.net>,\r\n '.repeat(2_000);
  assert.equal(parseAddressList(many, Infinity).addresses.length, 2_000);
});

test("mailboxes of a list, groups opened and the rest left out", () => {
  const { addresses } = parseAddressList('G: A <a@b>;, nobody, @x, <>, c@d, "e@f"@g');
  assert.deepEqual(mailboxesOf(addresses), [
    { name: "A", address: "a@b" },
    { name: null, address: "c@d" },
    { name: null, address: '"e@f"@g' },
  ]);
});

test("a mailbox is written so that it reads back", () => {
  assert.equal(formatMailbox(null, "a@b.c"), "a@b.c");
  assert.equal(formatMailbox("Jane Doe", "a@b.c"), "Jane Doe <a@b.c>");
  assert.equal(formatMailbox('Doe, "J"', "a@b.c"), '"Doe, \\"J\\"" <a@b.c>');
  assert.equal(formatMailbox("张三", "a@b.c"), "=?UTF-8?B?5byg5LiJ?= <a@b.c>");
});

test("any number of brackets costs no stack, and the limit holds for all of them", () => {
  for (const piece of ["<a@b.example>", "<>", "<", "(<", "a<b>c;", ":<a@b>"]) {
    const { addresses } = parseAddressList(piece.repeat(20_000));
    assert.ok(addresses.length <= 2_001, piece);
  }
});
