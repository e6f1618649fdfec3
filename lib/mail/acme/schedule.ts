/**
 * When a certificate is asked for again: after failures (never so often that an authority has to say so:
 * the usual bound is five failed proofs of a name in an hour), and to renew it: in the window that the
 * authority suggests (RFC 9773 §4.2), else in the last third of its life. Pure.
 */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** After the first and second failure; from the third on hours. */
const FIRST_WAITS_MS = [15 * MINUTE_MS, 30 * MINUTE_MS];
const LONGEST_WAIT_MS = DAY_MS;
/** Many servers that fail together do not come back together. */
const JITTER = 0.25;

/** Milliseconds until the next attempt. `failures`: failed proofs in a row; `chance`: 0 … 1. */
export function backOff(failures: number, chance: number): number {
  const first = FIRST_WAITS_MS[Math.max(failures, 1) - 1];
  const doubled = HOUR_MS * 2 ** Math.min(Math.max(failures - 3, 0), 10);
  const wait = first ?? Math.min(doubled, LONGEST_WAIT_MS);
  return Math.round(wait * (1 + JITTER * chance));
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface RenewalWindow {
  readonly from: Date;
  readonly until: Date;
}

/** Without word from the authority: from the last third of its life to the middle of that third. */
export function lifetimeWindow({ notBefore, notAfter }: Validity): RenewalWindow {
  const life = Math.max(notAfter.getTime() - notBefore.getTime(), 0);
  const at = (left: number) => new Date(notAfter.getTime() - life * left);
  return { from: at(1 / 3), until: at(1 / 6) };
}

/** The moment in a window; the same `chance` (0 … 1) is always the same moment. */
export function momentIn({ from, until }: RenewalWindow, chance: number): Date {
  const width = Math.max(until.getTime() - from.getTime(), 0);
  return new Date(from.getTime() + Math.floor(width * chance));
}

/** Windows are asked for at least this often and at most so often (§4.3.1 has six hours as usual). */
const MIN_ASK_MS = 10 * MINUTE_MS;
const MAX_ASK_MS = DAY_MS;
const USUAL_ASK_MS = 6 * HOUR_MS;

/** How long the answer about a window is good, from its Retry-After. */
export const askAgainAfter = (retryAfterMs: number | null): number =>
  Math.min(Math.max(retryAfterMs ?? USUAL_ASK_MS, MIN_ASK_MS), MAX_ASK_MS);

/** Two weeks; a quarter of a life that is short. */
const ALARM_MS = 14 * DAY_MS;

/** So little is left that somebody has to know when it cannot be renewed. */
export function endsSoon({ notBefore, notAfter }: Validity, now: Date): boolean {
  const life = notAfter.getTime() - notBefore.getTime();
  return notAfter.getTime() - now.getTime() < Math.min(ALARM_MS, life / 4);
}

/** Retry-After (RFC 9110 §10.2.3): seconds or a date; null when there is none that can be read. */
export function retryAfterMs(value: string | undefined, now: Date): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
