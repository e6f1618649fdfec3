/**
 * partial-range: RFC 9394 §4. Two places in a result, both from its start ("1:100") or both from its
 * end ("-1:-100"). Refused: zero, and a range from one end to the other.
 */
import type { Decoder } from "./decoder.ts";
import { MAX_NUMBER } from "./limits.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import type { ResultPage } from "./types.ts";

const RANGE = /^(-?)([1-9]\d{0,9}):(-?)([1-9]\d{0,9})$/;

export function resultPage(d: Decoder): ResultPage {
  const [whole, sign, first, otherSign, last] = RANGE.exec(d.atom()) ?? [];
  if (whole === undefined || sign !== otherSign) throw new ImapSyntaxError("Bad PARTIAL range");
  const numbers = [Number(first), Number(last)];
  if (numbers.some((number) => number > MAX_NUMBER))
    throw new ImapSyntaxError("A number is too large");
  const [low, high] = numbers.toSorted((a, b) => a - b);
  const direction = sign === "-" ? -1 : 1;
  return { first: (low ?? 1) * direction, last: (high ?? 1) * direction };
}

/** The members of a list that a page names, in their order. */
export function pageOf<T>(items: readonly T[], { first, last }: ResultPage): T[] {
  if (first > 0) return items.slice(first - 1, last);
  return items.slice(Math.max(0, items.length + last), Math.max(0, items.length + first + 1));
}

/** As a response repeats it: lower place first. */
export function formatPage({ first, last }: ResultPage): string {
  return `${first}:${last}`;
}
