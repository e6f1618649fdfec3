import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder } from "./decoder.ts";
import { gaps, intersect, numberAt, spanCount, spansOf } from "./numset.ts";
import type { Span } from "./numset.ts";
import { lastMatch, selectArguments } from "./select-syntax.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

function select(text: string) {
  const d = new Decoder({ lines: [Buffer.from(text)], literals: [] });
  const args = selectArguments(d);
  d.end();
  return args;
}

test("what a client remembers is read, whole or in part", () => {
  assert.deepEqual(select("INBOX"), {
    name: "INBOX",
    written: null,
    condstore: false,
    qresync: null,
  });
  assert.deepEqual(select("x (condstore qresync (7 9))"), {
    name: "x",
    written: null,
    condstore: true,
    qresync: { uidValidity: 7, modseq: 9, uids: null, match: null },
  });
  const match = {
    seqs: [[1, 2]],
    uids: [
      [4, 4],
      [9, 9],
    ],
  };
  assert.deepEqual(select("x (QRESYNC (7 9 9,4:5 (1,2 4,9)))").qresync, {
    uidValidity: 7,
    modseq: 9,
    uids: [
      [4, 5],
      [9, 9],
    ],
    match,
  });
  assert.deepEqual(select("x (QRESYNC (7 9 (1:2 4,9)))").qresync?.match, match);
});

test("what cannot be read is refused", () => {
  for (const text of [
    "x ()",
    "x (QRESYNC)",
    "x (QRESYNC ())",
    "x (QRESYNC (7))",
    "x (QRESYNC (7 9 ))",
    "x (QRESYNC (7 9 $))",
    "x (QRESYNC (7 9 (1 2) 1:3))",
    "x (QRESYNC (7 9 1:3 (1 2) (1 2)))",
    "x (QRESYNC (7 99999999999999999999))",
    "x (CONDSTORE CONDSTORE)",
    "x (UNKNOWN)",
  ])
    assert.throws(() => select(text), ImapSyntaxError, text);
});

test("spans: what both have, what is missing, what stands where", () => {
  const spans: Span[] = [
    [2, 4],
    [7, 7],
    [9, 12],
  ];
  assert.deepEqual(spansOf([2, 3, 4, 7, 9, 10, 11, 12]), spans);
  assert.equal(spanCount(spans), 8);
  assert.deepEqual(
    [0, 2, 3, 4, 7, 8].map((at) => numberAt(spans, at)),
    [2, 4, 7, 9, 12, 0],
  );
  assert.deepEqual(
    intersect(spans, [
      [1, 2],
      [4, 9],
      [12, 99],
    ]),
    [
      [2, 2],
      [4, 4],
      [7, 7],
      [9, 9],
      [12, 12],
    ],
  );
  assert.deepEqual(intersect(spans, []), []);
  assert.deepEqual(gaps([2, 3, 6], 8), [
    [1, 1],
    [4, 5],
    [7, 8],
  ]);
  assert.deepEqual(gaps([], 3), [[1, 3]]);
  assert.deepEqual(gaps([1, 2, 3], 3), []);
  assert.deepEqual(gaps([5], 3), [[1, 3]]);
  assert.deepEqual(gaps([], 0), []);
});

test("the last message in its old place is found", () => {
  const match = { seqs: [[1, 4]] as Span[], uids: [[10, 13]] as Span[] };
  const now = (...uids: number[]) => lastMatch(match, (seq) => uids[seq - 1] ?? 0);
  assert.equal(now(10, 11, 12, 13), 13);
  assert.equal(now(10, 11, 13), 11);
  assert.equal(now(11, 12, 13), 0);
  assert.equal(now(), 0);
});
