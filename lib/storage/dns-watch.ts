/**
 * Which domain is looked at next: rows of `dns_watch`, claimed with SKIP LOCKED and a lease, so that any
 * number of engines share them and none is looked at twice at once. A row without a domain is the server.
 */
import type { ZoneFacts } from "../mail/dns/observer.ts";
import { statement, translated, type Sql } from "./sql.ts";

export interface WatchRow {
  readonly id: string;
  readonly domainId: string | null;
  readonly startedAt: Date;
  readonly nextFullAt: Date;
  readonly viewedUntil: Date | null;
  readonly askedAt: Date | null;
  readonly earlyLooks: number;
  readonly checkedAt: Date | null;
  readonly greenAt: Date | null;
  readonly greenToldAt: Date | null;
  readonly waitingTold: number;
}

/** A look has twenty seconds; an engine that died is forgotten after this. */
export const LEASE_MS = 3 * 60_000;

const COLUMNS = `w.id, w.domain_id AS "domainId", w.started_at AS "startedAt",
  w.next_full_at AS "nextFullAt", w.viewed_until AS "viewedUntil", w.asked_at AS "askedAt",
  w.early_looks AS "earlyLooks", w.checked_at AS "checkedAt", w.green_at AS "greenAt",
  w.green_told_at AS "greenToldAt", w.waiting_told AS "waitingTold"`;

const claimDue = statement<WatchRow>(
  "watch.claim",
  `UPDATE dns_watch w SET leased_by = $1, leased_until = $3
   WHERE w.id IN (SELECT d.id FROM dns_watch d LEFT JOIN domain m ON m.id = d.domain_id
     WHERE d.next_at <= $2 AND (d.leased_until IS NULL OR d.leased_until <= $2)
       AND m.disabled_at IS NULL
     ORDER BY d.next_at LIMIT $4 FOR UPDATE OF d SKIP LOCKED)
   RETURNING ${COLUMNS}`,
);
const giveBack = statement(
  "watch.giveback",
  "UPDATE dns_watch SET leased_by = NULL, leased_until = NULL WHERE leased_by = $1",
);
const selectNext = statement<{ due: Date | null }>(
  "watch.next",
  `SELECT min(GREATEST(w.next_at, coalesce(w.leased_until, w.next_at))) AS due
   FROM dns_watch w LEFT JOIN domain m ON m.id = w.domain_id WHERE m.disabled_at IS NULL`,
);
/** What a person asked for meanwhile is not put off: an earlier time that came in since stays. */
const finish = statement<{ id: string }>(
  "watch.finish",
  `UPDATE dns_watch SET leased_by = NULL, leased_until = NULL, checked_at = $2, ms = $5, zone = $6,
     next_at = CASE WHEN asked_at > $3 THEN now() WHEN viewed_until > $2 THEN LEAST($4, $2 + interval '15 seconds') ELSE $4 END,
     full_checked_at = CASE WHEN $7 THEN $2 ELSE full_checked_at END,
     next_full_at = CASE WHEN $7 THEN $8 ELSE next_full_at END,
     early_looks = early_looks + CASE WHEN viewed_until > $2 THEN 0 ELSE 1 END,
     green_at = coalesce(green_at, $9)
   WHERE id = $1 AND leased_by = $10 RETURNING id`,
);

export interface Claim {
  readonly worker: string;
  readonly now: Date;
  readonly limit: number;
}

export function claimWatches(db: Sql, { worker, now, limit }: Claim): Promise<WatchRow[]> {
  const until = new Date(now.getTime() + LEASE_MS);
  return translated(claimDue(db, worker, now, until, limit));
}

/** At an orderly stop: what is leased is due for others at once. */
export async function giveBackWatches(db: Sql, worker: string): Promise<void> {
  await translated(giveBack(db, worker));
}

/** When the next row is due; null when there is none. */
export async function nextWatchDue(db: Sql): Promise<Date | null> {
  const [row] = await translated(selectNext(db));
  return row?.due ?? null;
}

export interface Finished {
  readonly id: string;
  readonly worker: string;
  /** When the look began: what was asked for later is not answered by it. */
  readonly startedAt: Date;
  readonly checkedAt: Date;
  readonly nextAt: Date;
  readonly ms: number;
  readonly zone: ZoneFacts | null;
  /** The slower beat was part of it, and when it is due again; null: it was not. */
  readonly nextFullAt: Date | null;
  /** All that is needed is right. */
  readonly green: boolean;
}

/** False: the lease ran out, and another engine has the row; nothing of this look may be kept. */
export async function finishWatch(tx: Sql, done: Finished): Promise<boolean> {
  const { id, worker, startedAt, checkedAt, nextAt, ms, zone, nextFullAt, green } = done;
  const isFull = nextFullAt !== null;
  const facts = zone === null ? null : JSON.stringify(zone);
  const greenAt = green ? checkedAt : null;
  const times = [checkedAt, startedAt, nextAt] as const;
  const rows = await finish(tx, id, ...times, ms, facts, isFull, nextFullAt, greenAt, worker);
  return rows.length === 1;
}

/** A look that failed or was cut: somebody looks again after a while. */
const putOff = statement(
  "watch.put-off",
  `UPDATE dns_watch SET leased_by = NULL, leased_until = NULL,
     next_at = GREATEST(next_at, now()) + make_interval(secs => $3)
   WHERE id = $1 AND leased_by = $2`,
);

export async function putOffWatch(
  db: Sql,
  { id, worker, seconds }: { id: string; worker: string; seconds: number },
): Promise<void> {
  await translated(putOff(db, id, worker, seconds));
}

const markGreenTold = statement(
  "watch.green-told",
  "UPDATE dns_watch SET green_told_at = $2 WHERE id = $1 AND green_told_at IS NULL RETURNING id",
);
const markWaitingTold = statement(
  "watch.waiting-told",
  "UPDATE dns_watch SET waiting_told = $2 WHERE id = $1 AND waiting_told < $2 RETURNING id",
);

export async function setGreenTold(db: Sql, id: string, at: Date): Promise<void> {
  await translated(markGreenTold(db, id, at));
}

export async function setWaitingTold(db: Sql, id: string, times: number): Promise<void> {
  await translated(markWaitingTold(db, id, times));
}
