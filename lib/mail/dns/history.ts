/**
 * What the past adds to a check that was just made: console.md section 2. Pure.
 *
 * - waiting:  missing, never right so far, and asked for less than 72 hours ago. Also what was right before
 *             the expectation changed and still stands there.
 * - changed:  it was right, as it is expected now, and is not any more.
 * - accepted: not right, and exactly what a person accepted.
 * - unknown:  nothing was learned; what was found last stays visible, and nothing is suspected.
 */
import type { CheckResult, ObservedVerdict, Verdict } from "./check.ts";
import type { Reason } from "./reasons.ts";

/** The kept row of a check, as far as its history needs it. */
export interface KeptCheck {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly expected: readonly string[];
  readonly found: readonly string[];
  /** When this expectation was first looked at. */
  readonly firstAskedAt: Date;
  readonly firstOkAt: Date | null;
  readonly lastOkAt: Date | null;
  /** When the verdict became what it is. */
  readonly changedAt: Date;
  /** Values that a person accepted; null: nothing accepted. */
  readonly ackFound: readonly string[] | null;
}

/** One row of history: what was, and what is. */
export interface CheckChange {
  readonly verdictBefore: Verdict | null;
  readonly verdict: Verdict;
  readonly foundBefore: readonly string[];
  readonly found: readonly string[];
  readonly reasons: readonly Reason[];
}

/** The check with its past: what is to be kept. */
export interface JudgedCheck extends Omit<CheckResult, "verdict"> {
  readonly verdict: Verdict;
  readonly firstAskedAt: Date;
  readonly firstOkAt: Date | null;
  readonly lastOkAt: Date | null;
  readonly changedAt: Date;
}

export interface Judgement {
  readonly check: JudgedCheck;
  /** Null: nothing to note. */
  readonly change: CheckChange | null;
  /** It worked and does not any more: to be confirmed (`confirmRegression`) before anyone is told. */
  readonly suspected: boolean;
  /** It did not work (changed, missing, …) and does now. */
  readonly recovered: boolean;
}

/** New records usually appear within minutes; some DNS hosts take days to say so. */
export const WAITING_MS = 72 * 3_600_000;

/** Right, or right enough: nobody is alarmed. */
const WORKS: readonly Verdict[] = ["ok", "weak", "off", "accepted"];
/** What "it was right and is not any more" turns into `changed`. */
const FAILS: readonly ObservedVerdict[] = ["missing", "different", "conflict"];

export function judgeWithHistory(
  previous: KeptCheck | null,
  result: CheckResult,
  now: Date,
): Judgement {
  const isSameExpectation = previous !== null && sameSet(previous.expected, result.expected);
  const past = isSameExpectation ? previous : null;
  const verdict = verdictOf(previous, result, { past, now });
  const found = verdict === "unknown" && previous ? previous.found : result.found;
  const isRight = result.verdict === "ok" || result.verdict === "weak";
  const isNewVerdict = previous?.verdict !== verdict;
  const check: JudgedCheck = {
    ...result,
    verdict,
    found,
    firstAskedAt: past?.firstAskedAt ?? now,
    firstOkAt: past?.firstOkAt ?? (isRight ? now : null),
    lastOkAt: isRight ? now : (past?.lastOkAt ?? null),
    changedAt: isNewVerdict || previous === null ? now : previous.changedAt,
  };
  const wasRight = past !== null && past.lastOkAt !== null;
  return {
    check,
    change: changeOf(previous, check),
    suspected: wasRight && !isOptional(result) && isWorse(verdict),
    recovered: previous !== null && isWorse(previous.verdict) && WORKS.includes(verdict),
  };
}

interface Past {
  /** The kept check, if it was about the same expectation. */
  readonly past: KeptCheck | null;
  readonly now: Date;
}

function verdictOf(
  previous: KeptCheck | null,
  { verdict, found, need }: CheckResult,
  { past, now }: Past,
): Verdict {
  if (verdict === "ok" || verdict === "unknown") return verdict;
  if (previous?.ackFound && sameSet(previous.ackFound, found)) return "accepted";
  if (!FAILS.includes(verdict)) return verdict;
  if (past?.lastOkAt) return "changed";
  const age = past ? now.getTime() - past.firstAskedAt.getTime() : 0;
  if (age >= WAITING_MS) return verdict;
  if (verdict === "missing" && need !== "optional") return "waiting";
  return isOldValue(previous, { past, found }) ? "waiting" : verdict;
}

/** The value that was right until the expectation changed still stands there: it takes its time. */
function isOldValue(
  previous: KeptCheck | null,
  { past, found }: { past: KeptCheck | null; found: readonly string[] },
): boolean {
  if (previous === null || !sameSet(previous.found, found)) return false;
  return past === null ? previous.lastOkAt !== null : previous.verdict === "waiting";
}

function changeOf(previous: KeptCheck | null, check: JudgedCheck): CheckChange | null {
  const foundBefore = previous?.found ?? [];
  const isSame = previous?.verdict === check.verdict && sameSet(foundBefore, check.found);
  if (isSame) return null;
  const { verdict, found, reasons } = check;
  return { verdictBefore: previous?.verdict ?? null, verdict, foundBefore, found, reasons };
}

const isOptional = ({ need }: CheckResult) => need === "optional";
const isWorse = (verdict: Verdict) =>
  !WORKS.includes(verdict) && verdict !== "unknown" && verdict !== "waiting";

/** The same values, in whatever order. */
export function sameSet(one: readonly string[], two: readonly string[]): boolean {
  const [a, b] = [new Set(one), new Set(two)];
  return a.size === b.size && [...a].every((value) => b.has(value));
}

/** A regression that is not confirmed yet. */
export interface Suspicion {
  readonly since: Date;
  /** Looks that saw it, the first one included. */
  readonly looks: number;
}

/** Two looks at least this far apart: a name server that restarts is back before. */
export const CONFIRM_MS = 4 * 60_000;
const CONFIRM_LOOKS = 2;

/**
 * After each look: the suspicion to keep (null: none), and whether people are to be told now. A look that
 * learned nothing neither confirms nor clears.
 */
export function confirmRegression(
  before: Suspicion | null,
  { check, suspected }: Judgement,
  now: Date,
): { readonly suspicion: Suspicion | null; readonly confirmed: boolean } {
  if (check.verdict === "unknown") return { suspicion: before, confirmed: false };
  if (!suspected) return { suspicion: null, confirmed: false };
  const suspicion = { since: before?.since ?? now, looks: (before?.looks ?? 0) + 1 };
  const lasted = now.getTime() - suspicion.since.getTime();
  return { suspicion, confirmed: suspicion.looks >= CONFIRM_LOOKS && lasted >= CONFIRM_MS };
}
