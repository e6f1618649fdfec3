/**
 * When a domain is looked at next: console.md section 3. Pure; `chance` (0 … 1) spreads what would else be
 * due together.
 *
 *   page open              15 s
 *   a regression suspected 2 min, until it is confirmed or gone
 *   confirmed breakage     10 min for 2 h, then hourly
 *   first hour             1, 1, 2, 3, 5, 5 … min
 *   waiting                30 min ± 20 % until 72 h, then 6 h: never given up
 *   steady                 6 h
 *
 * What is expensive for others (blocklists, certificates, the policy fetch) has the slower beat of `nextFull`.
 */

export interface Situation {
  readonly now: Date;
  /** When it was added, or somebody said "I have added these". */
  readonly startedAt: Date;
  /** A page that shows it is open until then. */
  readonly viewedUntil: Date | null;
  /** Looks since `startedAt`. */
  readonly looks: number;
  /** Nothing that is needed is missing or wrong. */
  readonly settled: boolean;
  readonly suspected: boolean;
  /** The oldest open alarm. */
  readonly brokenSince: Date | null;
  readonly chance: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const OPEN_PAGE = 15 * SECOND;
const SUSPECTED = 2 * MINUTE;
const EARLY = [1, 1, 2, 3, 5].map((minutes) => minutes * MINUTE);
const WAITING_ENDS = 72 * HOUR;

export function nextLook(situation: Situation): Date {
  return new Date(situation.now.getTime() + untilNext(situation));
}

function untilNext(situation: Situation): number {
  const { now, viewedUntil, suspected } = situation;
  if (viewedUntil !== null && viewedUntil > now) return OPEN_PAGE;
  const unseen = untilNextUnseen(situation);
  return suspected ? Math.min(unseen, SUSPECTED) : unseen;
}

function untilNextUnseen({ now, startedAt, looks, settled, brokenSince, chance }: Situation) {
  if (brokenSince !== null) {
    const fresh = now.getTime() - brokenSince.getTime() < 2 * HOUR;
    return spread(fresh ? 10 * MINUTE : HOUR, 0.1, chance);
  }
  if (settled) return spread(6 * HOUR, 0.2, chance);
  const age = now.getTime() - startedAt.getTime();
  if (age < HOUR) return EARLY[Math.min(looks, EARLY.length - 1)] ?? 5 * MINUTE;
  return spread(age < WAITING_ENDS ? 30 * MINUTE : 6 * HOUR, 0.2, chance);
}

/** ± a part of it. */
const spread = (ms: number, part: number, chance: number) => ms * (1 + part * (2 * chance - 1));

/** The slower beat, for a domain and for the server. */
export function nextFull(situation: Situation, of: "domain" | "server"): Date {
  const { now, viewedUntil, settled, startedAt, chance } = situation;
  const viewed = viewedUntil !== null && viewedUntil > now;
  const young = now.getTime() - startedAt.getTime() < HOUR;
  const day = spread(24 * HOUR, 0.1, chance);
  // Blocklists and large mail hosts are asked about the server: they are not a page's to hurry.
  if (of === "server") return new Date(now.getTime() + (settled ? day : 6 * HOUR));
  const ms = viewed ? MINUTE : young ? 5 * MINUTE : settled ? day : HOUR;
  return new Date(now.getTime() + ms);
}
