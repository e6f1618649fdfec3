/**
 * Sequence sets: RFC 9051 §9 `sequence-set`, §6.4.4.1 for "$" (the saved search result).
 *
 * "*" is the largest number in use; "7:3" means "3:7"; numbers may repeat and overlap. A set is
 * normalised before it is walked, so "1:*,1:*,1:*" costs no more than "1:*".
 */
import { MAX_NUMBER, MAX_RANGES } from "./limits.ts";

export type SetNumber = number | "*";
export interface SetRange {
  readonly first: SetNumber;
  readonly last: SetNumber;
}

/** Ranges as written, or the result saved by SEARCH RETURN (SAVE). */
export type NumSet = "$" | readonly SetRange[];

/** Both ends included. */
export type Span = readonly [first: number, last: number];

/** Reads a sequence-set; null when it is not one. */
export function parseNumSet(text: string): NumSet | null {
  if (text === "$") return "$";
  const ranges: SetRange[] = [];
  for (const item of text.split(",")) {
    const range = parseRange(item);
    if (range === null || ranges.length >= MAX_RANGES) return null;
    ranges.push(range);
  }
  return ranges;
}

function parseRange(text: string): SetRange | null {
  const colon = text.indexOf(":");
  const first = parseNumber(colon < 0 ? text : text.slice(0, colon));
  const last = colon < 0 ? first : parseNumber(text.slice(colon + 1));
  return first === null || last === null ? null : { first, last };
}

/** seq-number: nz-number without leading zero, or "*". */
function parseNumber(text: string): SetNumber | null {
  if (text === "*") return "*";
  if (!/^[1-9][0-9]{0,9}$/.test(text)) return null;
  const number = Number(text);
  return number <= MAX_NUMBER ? number : null;
}

/** Ascending, disjoint spans, "*" standing for `largest`; none when `largest` is 0 and "*" is asked. */
export function toSpans(ranges: readonly SetRange[], largest: number): Span[] {
  const spans = ranges.map(({ first, last }): Span => {
    const a = first === "*" ? largest : first;
    const b = last === "*" ? largest : last;
    return a <= b ? [a, b] : [b, a];
  });
  spans.sort((a, b) => a[0] - b[0]);
  return merge(spans);
}

function merge(sorted: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const [first, last] of sorted) {
    if (last === 0) continue; // "*" of nothing
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) {
      merged[merged.length - 1] = [before[0], Math.max(before[1], last)];
    } else merged.push([Math.max(first, 1), last]);
  }
  return merged;
}

/** Is the number in one of the ascending spans? */
export function spansContain(spans: readonly Span[], number: number): boolean {
  let low = 0;
  let high = spans.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (span === undefined) return false;
    if (number < span[0]) high = middle - 1;
    else if (number > span[1]) low = middle + 1;
    else return true;
  }
  return false;
}

/**
 * Numbers in the order given, runs of +1 folded: "1:3,7"; "" when there are none. Order is kept, so
 * the two sets of COPYUID still run in parallel (RFC 4315 §3).
 */
export function formatNumSet(numbers: Iterable<number>): string {
  const ranges: string[] = [];
  let first = 0;
  let last = 0;
  const close = () => {
    if (first > 0) ranges.push(first === last ? `${first}` : `${first}:${last}`);
  };
  for (const number of numbers) {
    if (first > 0 && number === last + 1) last = number;
    else {
      close();
      first = last = number;
    }
  }
  close();
  return ranges.join(",");
}

// ── Spans ───────────────────────────────────────────────────────────────────────────────────────

/** How many numbers ascending spans hold. */
export function spanCount(spans: readonly Span[]): number {
  return spans.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** The number at a place in ascending spans, counted from 0; 0 past their end. */
export function numberAt(spans: readonly Span[], place: number): number {
  let left = place;
  for (const [first, last] of spans) {
    const length = last - first + 1;
    if (left < length) return first + left;
    left -= length;
  }
  return 0;
}

/** Ascending numbers as spans. */
export function spansOf(numbers: Iterable<number>): Span[] {
  const spans: [number, number][] = [];
  for (const number of numbers) {
    const last = spans.at(-1);
    if (last !== undefined && last[1] + 1 === number) last[1] = number;
    else spans.push([number, number]);
  }
  return spans;
}

export function formatSpans(spans: readonly Span[]): string {
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(",");
}

/** What is in both. */
export function intersect(a: readonly Span[], b: readonly Span[]): Span[] {
  const both: Span[] = [];
  for (let i = 0, j = 0; ;) {
    const one = a[i];
    const other = b[j];
    if (one === undefined || other === undefined) return both;
    const first = Math.max(one[0], other[0]);
    const last = Math.min(one[1], other[1]);
    if (first <= last) both.push([first, last]);
    if (one[1] < other[1]) i++;
    else j++;
  }
}

/** What of 1 … `largest` is not among ascending numbers. */
export function gaps(numbers: Iterable<number>, largest: number): Span[] {
  const spans: Span[] = [];
  let next = 1;
  for (const number of numbers) {
    if (number > next) spans.push([next, Math.min(number - 1, largest)]);
    next = number + 1;
    if (next > largest) return spans;
  }
  if (next <= largest) spans.push([next, largest]);
  return spans;
}
