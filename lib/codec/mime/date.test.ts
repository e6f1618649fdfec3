import assert from "node:assert/strict";
import { test } from "node:test";
import { corpus } from "../../../tests/support/corpus.ts";
import { formatDate, parseDate, parseDateTime } from "./date.ts";
import { headerText, splitHeader } from "./header.ts";

const CASES: [text: string, iso: string | null][] = [
  ["Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06.000Z"],
  ["21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06.000Z"],
  ["Thu, 13 Feb 1969 23:32:54 -0330", "1969-02-14T03:02:54.000Z"],
  ["Thu,\r\n 13\r\n Feb 1969 23:32\r\n -0330 (Newfoundland (Time))", "1969-02-14T03:02:00.000Z"],
  ["Mon, 24 Nov 1997 14:22:01 EST", "1997-11-24T19:22:01.000Z"],
  ["1 Jan 49 00:00 Z", "2049-01-01T00:00:00.000Z"],
  ["1 Jan 102 00:00 +0000", "2002-01-01T00:00:00.000Z"],
  ["1 Jan 0102 00:00 +0000", "2002-01-01T00:00:00.000Z"],
  ["Tue, 1 Sep 2026 8:05:09", "2026-09-01T08:05:09.000Z"],
  ["31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59.000Z"],
  ["29 Feb 2024 12:00:00 +0000", "2024-02-29T12:00:00.000Z"],
  ["29 Feb 2023 12:00:00 +0000", null],
  ["31 Apr 2023 12:00:00 +0000", null],
  ["1 Foo 2023 12:00:00 +0000", null],
  ["1 Jan 2023 24:00:00 +0000", null],
  ["1 Jan 2023 12:60:00 +0000", null],
  ["1 Jan 2023 12:00:61 +0000", null],
  ["1 Jan 2023", null],
  ["", null],
  ["(".repeat(1_000), null],
];

for (const [text, iso] of CASES) {
  test(`date: ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.equal(parseDate(text)?.toISOString() ?? null, iso);
  });
}

test("the day is kept as it was where the mail was written", () => {
  const { day, month, offset } = parseDateTime("1 Mar 2026 00:30 +0800") ?? {};
  assert.deepEqual([day, month, offset], [1, 3, 480]);
});

test("what we write reads back, in any zone", () => {
  const date = new Date("2026-02-28T23:30:05Z");
  assert.equal(formatDate(date), "Sat, 28 Feb 2026 23:30:05 +0000");
  assert.equal(formatDate(date, 480), "Sun, 1 Mar 2026 07:30:05 +0800");
  assert.equal(formatDate(date, -210), "Sat, 28 Feb 2026 20:00:05 -0330");
  for (const offset of [0, 60, -330, 825]) {
    assert.equal(parseDate(formatDate(date, offset))?.getTime(), date.getTime());
  }
});

test("dates of the corpus are read, nearly all of them", () => {
  let read = 0;
  let count = 0;
  for (const { octets } of corpus({ every: 5 })) {
    const text = headerText(octets, splitHeader(octets), "date");
    if (text === null) continue;
    count++;
    if (parseDate(text) !== null) read++;
  }
  assert.ok(read / count > 0.98, `${read} of ${count}`);
});
