/**
 * When mail that could not be delivered is tried again, when its sender hears of the delay, and when
 * we give up: RFC 5321 §4.5.4.1. One table; what a notice promises is computed from it too.
 *
 * The early attempts are close together, because most trouble is short (greylisting, a restart); the
 * late ones are hours apart. The last attempt is made at the very end, so that "until" in a notice is
 * the moment after which nothing happens any more.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Waits after the 1st, 2nd, … attempt. The last one repeats. */
const WAITS: readonly number[] = [
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
];

/** §4.5.4.1: "at least 4-5 days". */
export const GIVE_UP_AFTER_MS = 120 * HOUR;

/** Long enough for greylisting and a restart; short enough to telephone instead. */
const DELAY_NOTICE_AFTER_MS = 4 * HOUR;

/** Waits vary by so much each way, so that mail which failed together does not come back together. */
const JITTER = 0.1;

/**
 * When to try next after `attempts` attempts. `chance` is from 0 to 1, from the caller: 0.5 is the
 * table itself.
 */
export function nextAttempt(attempts: number, now: Date, chance: number): Date {
  const wait = WAITS[Math.min(Math.max(attempts, 1), WAITS.length) - 1] ?? HOUR;
  return new Date(now.getTime() + Math.round(wait * (1 + JITTER * (2 * chance - 1))));
}

/** The moment of the last attempt: what a notice promises, and Will-Retry-Until (RFC 3464 §2.3.9). */
export function retryUntil(createdAt: Date): Date {
  return new Date(createdAt.getTime() + GIVE_UP_AFTER_MS);
}

export interface Failure {
  readonly createdAt: Date;
  readonly now: Date;
  /** Attempts made, the failed one included. */
  readonly attempts: number;
  readonly chance: number;
}

/** After a failed attempt: when to try again, or null to give up. */
export function afterFailure({ createdAt, now, attempts, chance }: Failure): Date | null {
  const until = retryUntil(createdAt);
  if (now >= until) return null;
  const next = nextAttempt(attempts, now, chance);
  return next < until ? next : until;
}

export interface Delay {
  readonly createdAt: Date;
  readonly now: Date;
  readonly noticedAt: Date | null;
}

/** True when a failed attempt makes a delay notice due; each recipient has one at most. */
export function delayNoticeDue({ createdAt, now, noticedAt }: Delay): boolean {
  const age = now.getTime() - createdAt.getTime();
  return noticedAt === null && age >= DELAY_NOTICE_AFTER_MS && age < GIVE_UP_AFTER_MS;
}
