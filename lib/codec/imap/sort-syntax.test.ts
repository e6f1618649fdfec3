import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder } from "./decoder.ts";
import { formatPage, pageOf } from "./page-syntax.ts";
import { searchArguments } from "./search-syntax.ts";
import { sortArguments, threadArguments } from "./sort-syntax.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

function read<T>(text: string, parse: (d: Decoder) => T): T {
  const d = new Decoder({ lines: [Buffer.from(text)], literals: [] });
  const value = parse(d);
  d.end();
  return value;
}

const refused = (text: string, parse: (d: Decoder) => unknown) =>
  assert.throws(() => read(text, parse), ImapSyntaxError, text);

test("UPDATE may name what is told of new messages, with the space of the example or without", () => {
  const items = (text: string) => read(text, searchArguments).items.length;
  assert.equal(items(" RETURN (COUNT UPDATE (UID BODY[HEADER.FIELDS (TO)]) MIN) ALL"), 2);
  assert.equal(items(" RETURN (UPDATE(UID)) ALL"), 1);
  assert.equal(items(" RETURN (UPDATE) ALL"), 0);
  refused(" RETURN (UPDATE ()) ALL", searchArguments);
  refused(" RETURN (COUNT (UID)) ALL", searchArguments);
});

test("SORT: criteria, charset, keys, RETURN", () => {
  assert.deepEqual(read(" (subject reverse Date) utf-8 all", sortArguments), {
    returns: null,
    page: null,
    items: [],
    criteria: [
      { key: "SUBJECT", reverse: false },
      { key: "DATE", reverse: true },
    ],
    key: { kind: "all" },
  });
  const paged = read(' RETURN (PARTIAL -1:-10 COUNT) (SIZE) "US-ASCII" 1:3', sortArguments);
  assert.deepEqual(paged.returns, ["PARTIAL", "COUNT"]);
  assert.deepEqual(paged.page, { first: -1, last: -10 });
  for (const bad of [
    " SIZE UTF-8 ALL",
    " () UTF-8 ALL",
    " (SIZE REVERSE) UTF-8 ALL",
    " (REVERSE REVERSE SIZE) UTF-8 ALL",
    " (SIZE)UTF-8 ALL",
    " (SIZE) UTF-8",
    " (SIZE) UTF-8 ",
    " RETURN (SIZE) UTF-8 ALL",
  ])
    refused(bad, sortArguments);
});

test("THREAD: an algorithm that we have", () => {
  assert.deepEqual(read(" references UTF-8 ALL", threadArguments), {
    algorithm: "REFERENCES",
    key: { kind: "all" },
  });
  for (const bad of [" ", " JWZ UTF-8 ALL", " REFS", " REFS UTF-8", " RETURN () REFS UTF-8 ALL"])
    refused(bad, threadArguments);
});

test("PARTIAL: pages from the start and from the end", () => {
  const page = (range: string) => read(` RETURN (PARTIAL ${range}) ALL`, searchArguments).page;
  assert.deepEqual(page("3:1"), { first: 1, last: 3 });
  assert.deepEqual(page("-9:-2"), { first: -2, last: -9 });
  for (const bad of ["0:1", "1:0", "-1:1", "1:-1", "1", "1:", ":2", "1:*", "1:99999999999", "01:2"])
    assert.throws(() => page(bad), ImapSyntaxError, bad);
  refused(" RETURN (PARTIAL 1:2 PARTIAL 3:4) ALL", searchArguments);
  refused(" RETURN (PARTIAL 1:2 ALL) ALL", searchArguments);
  refused(" RETURN (PARTIAL) ALL", searchArguments);
});

const LETTERS = ["a", "b", "c", "d"];
const PAGES: readonly (readonly [first: number, last: number, members: string])[] = [
  [1, 2, "ab"],
  [2, 9, "bcd"],
  [5, 9, ""],
  [-1, -1, "d"],
  [-1, -3, "bcd"],
  [-3, -9, "ab"],
  [-5, -9, ""],
];
for (const [first, last, members] of PAGES)
  test(`${formatPage({ first, last })} of abcd is "${members}"`, () => {
    assert.equal(pageOf(LETTERS, { first, last }).join(""), members);
  });
