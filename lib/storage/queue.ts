/**
 * OutboundQueue (lib/mail/ports.ts) on PostgreSQL. A claim takes due recipients with SKIP LOCKED, so
 * that any number of engines share the work, writes the next attempt before anybody dials, and holds
 * them by a lease that outlives the longest SMTP transaction; the lease of an engine that died runs
 * out by itself. What the console does with the queue is in queue-console.ts.
 */
import type pg from "pg";
import { MailError } from "../mail/errors.ts";
import type { MailEvent } from "../mail/events.ts";
import { newId } from "../mail/ids.ts";
import type * as ports from "../mail/ports.ts";
import { insertEvents } from "./event-rows.ts";
import type { PostgresMailStore } from "./mail/mail-store.ts";
import { writeParcels, type Written } from "./mail/parcels.ts";
import type { Notifications } from "./notifications.ts";
import { groupClaimed, type ClaimedRow } from "./queue-claim.ts";
import { notifyQueue, QUEUE_CHANNEL } from "./queue-notice.ts";
import { inTransaction, statement, translated, type Sql } from "./sql.ts";

/** RFC 5321 §4.5.3.2 allows the final dot ten minutes, after up to as much for the rest. */
const LEASE_MS = 30 * 60_000;
/** Due rows looked at to find `limit` groups: a message to many people is one or few groups. */
const ROWS_PER_GROUP = 50;
const MAX_ROWS = 5_000;

const DUE = `state = 'waiting' AND NOT hold AND next_attempt_at <= $1
  AND (leased_until IS NULL OR leased_until <= $1)`;

const selectDueGroups = statement<{ messageId: string; destination: string }>(
  "queue.due",
  `SELECT message_id AS "messageId", destination FROM (
     SELECT message_id, destination, next_attempt_at, id FROM queue_recipient
     WHERE ${DUE} AND destination <> ALL($2) ORDER BY next_attempt_at, id LIMIT $3
   ) due GROUP BY message_id, destination ORDER BY min(next_attempt_at), min(id) LIMIT $4`,
);
const lockDue = statement<ClaimedRow>(
  "queue.claim",
  `SELECT r.id, r.message_id AS "messageId", r.address, r.destination, r.attempts,
     r.dsn_notify AS "dsnNotify", r.dsn_orcpt AS "dsnOrcpt", r.delay_notice_at AS "delayNoticeAt",
     m.trace_id AS "traceId", m.blob_id AS "blobId", m.size, m.reverse_path AS "reversePath",
     m.mailbox_id AS "mailboxId", m.smtputf8, m.eight_bit AS "eightBit",
     m.require_tls AS "requireTls", m.dsn_ret AS "dsnRet", m.dsn_envid AS "dsnEnvid",
     m.created_at AS "createdAt"
   FROM queue_recipient r JOIN queue_message m ON m.id = r.message_id
   WHERE (r.message_id, r.destination) IN (SELECT * FROM unnest($2::uuid[], $3::text[]))
     AND m.blob_id IS NOT NULL AND ${DUE.replace(/\b(state|hold|next_attempt_at|leased_until)\b/g, "r.$1")}
   ORDER BY r.next_attempt_at, r.id LIMIT ${MAX_ROWS} FOR UPDATE OF r SKIP LOCKED`,
);
const markClaimed = statement(
  "queue.lease",
  `UPDATE queue_recipient r SET attempts = r.attempts + 1, next_attempt_at = c.next,
     leased_by = $1, leased_until = $2
   FROM unnest($3::bigint[], $4::timestamptz[]) AS c(id, next) WHERE r.id = c.id`,
);
const giveBack = statement(
  "queue.giveback",
  `UPDATE queue_recipient SET attempts = attempts - 1, next_attempt_at = $2,
     leased_by = NULL, leased_until = NULL
   WHERE leased_by = $1 AND state = 'waiting' AND ($3::bigint[] IS NULL OR id = ANY($3))`,
);
const selectNextDue = statement<{ due: Date | null }>(
  "queue.next",
  `SELECT min(due) AS due FROM (
     (SELECT next_attempt_at AS due FROM queue_recipient
      WHERE state = 'waiting' AND NOT hold AND leased_until IS NULL
      ORDER BY next_attempt_at LIMIT 1)
     UNION ALL
     SELECT min(GREATEST(next_attempt_at, leased_until)) FROM queue_recipient
     WHERE state = 'waiting' AND NOT hold AND leased_until IS NOT NULL
   ) times`,
);
const insertAttempt = statement(
  "queue.attempt",
  `INSERT INTO queue_attempt (id, message_id, destination, started_at, ms, mx, remote_ip, tls,
     results, transcript)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8::json, $9::json, $10)`,
);
/** Delivered is a fact even when a person cancelled meanwhile; the other outcomes yield to that. */
const writeResults = statement(
  "queue.results",
  `UPDATE queue_recipient r SET
     state = CASE o.outcome WHEN 'deferred' THEN r.state ELSE o.outcome::queue_state END,
     finished_at = CASE o.outcome WHEN 'deferred' THEN r.finished_at ELSE $1::timestamptz END,
     leased_by = NULL, leased_until = NULL, last_code = o.code, last_enhanced = o.enhanced,
     last_text = o.text, last_mx = $2
   FROM json_to_recordset($3::json)
     AS o("recipientId" bigint, outcome text, code int, enhanced text, text text)
   WHERE r.id = o."recipientId" AND (r.state = 'waiting' OR o.outcome = 'delivered')`,
);
const markNoticed = statement(
  "queue.noticed",
  "UPDATE queue_recipient SET delay_notice_at = $2 WHERE id = ANY($1)",
);
/** The bytes are needed only while somebody waits for them. */
const releaseBlob = statement(
  "queue.release",
  `UPDATE queue_message m SET blob_id = NULL WHERE id = $1 AND NOT EXISTS (
     SELECT 1 FROM queue_recipient r WHERE r.message_id = m.id AND r.state = 'waiting')`,
);

export interface QueueParts {
  readonly pool: pg.Pool;
  readonly notifications: Notifications;
  readonly store: PostgresMailStore;
}

export class PostgresQueue implements ports.OutboundQueue {
  readonly #parts: QueueParts;
  readonly #listeners = new Set<() => void>();
  readonly #undo: (() => void)[];

  constructor(parts: QueueParts) {
    this.#parts = parts;
    const wake = () => this.#wake();
    const { notifications } = parts;
    this.#undo = [notifications.listen(QUEUE_CHANNEL, wake), notifications.onReconnect(wake)];
  }

  close(): void {
    for (const off of this.#undo) off();
  }

  claim(options: Parameters<ports.OutboundQueue["claim"]>[0]): Promise<ports.QueueBatch[]> {
    const { worker, now, limit, busy, nextAttempt } = options;
    const rowLimit = Math.min(limit * ROWS_PER_GROUP, MAX_ROWS);
    return inTransaction(this.#parts.pool, async (tx) => {
      const groups = await selectDueGroups(tx, now, busy, rowLimit, limit);
      if (groups.length === 0) return [];
      const rows = await lockDue(
        tx,
        now,
        groups.map((group) => group.messageId),
        groups.map((group) => group.destination),
      );
      const until = new Date(now.getTime() + LEASE_MS);
      const next = rows.map((row) => nextAttempt(row.attempts + 1, now, row.createdAt));
      await markClaimed(
        tx,
        worker,
        until,
        rows.map((row) => row.id),
        next,
      );
      return groupClaimed(rows);
    });
  }

  async giveBack(worker: string, now: Date, only: readonly number[] | null = null): Promise<void> {
    await translated(giveBack(this.#parts.pool, worker, now, only));
    notifyQueue(this.#parts.notifications);
  }

  async nextDue(): Promise<Date | null> {
    const [row] = await translated(selectNextDue(this.#parts.pool));
    return row?.due ?? null;
  }

  async finish(
    attempt: ports.Attempt,
    events: readonly MailEvent[],
    notices: readonly ports.Acceptance[],
    noticed: readonly number[] = [],
  ): Promise<void> {
    const { pool, store, notifications } = this.#parts;
    const parcels = await store.prepareParcels(notices);
    const written = await inTransaction(pool, async (tx) => {
      const result = await writeParcels(tx, parcels);
      await writeAttempt(tx, attempt, noticed);
      await insertEvents(tx, [...events, ...refusedNotices(result, notices)]);
      return result;
    });
    if (written.queued) notifyQueue(notifications);
    await store.committed(written.touched);
  }

  onWork(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #wake(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/**
 * A notice that finds no room must not undo the attempt: the message would be delivered twice. The
 * trace says what became of it.
 */
function refusedNotices({ outcomes }: Written, notices: readonly ports.Acceptance[]): MailEvent[] {
  return notices.flatMap(({ traceId, internalDate: at, deliveries }, index) => {
    const refusal = outcomes[index];
    if (!(refusal instanceof MailError)) return [];
    const [code, enhanced] = refusal.smtp;
    const mailboxId = deliveries[0]?.mailboxId;
    const text = `Notice not stored: ${refusal.message}`;
    return [{ id: newId(), at, kind: "delivery.failed", traceId, mailboxId, code, enhanced, text }];
  });
}

async function writeAttempt(
  tx: Sql,
  attempt: ports.Attempt,
  noticed: readonly number[],
): Promise<void> {
  const { id, queueId, destination, startedAt, ms, mx, remoteIp, tls, results } = attempt;
  const ended = new Date(startedAt.getTime() + ms);
  await insertAttempt(
    tx,
    ...[id, queueId, destination, startedAt, Math.round(ms), mx, remoteIp],
    tls && JSON.stringify(tls),
    storable(JSON.stringify(results)),
    attempt.transcript.replaceAll("\0", "\uFFFD").toWellFormed(),
  );
  await writeResults(tx, ended, mx, storable(JSON.stringify(results)));
  if (noticed.length > 0) await markNoticed(tx, noticed, ended);
  await releaseBlob(tx, queueId);
}

/** A remote server's reply may hold anything; PostgreSQL takes no escaped NUL or half surrogate. */
function storable(json: string): string {
  return json.replace(/(?<!\\)((?:\\\\)*)\\u(0000|d[89a-f][0-9a-f]{2})/gi, "$1\\ufffd");
}
