/**
 * What keeps the database from growing for ever: a few times a day, by any one process at a time. Days
 * of the trace and finished mail go after `traceDays`; bytes that nobody points at go at once.
 */
import type pg from "pg";
import { pruneReflagged } from "./mail/flag-log.ts";
import { collectBlobs, pruneExpunged, type Collected } from "./mail/garbage.ts";
import { tidySegments } from "./mail/text-index.ts";
import { statement } from "./sql.ts";

/** Deleted at once, so that no single statement holds its locks for long. */
const BATCH = 1_000;

const tryLock = statement<{ locked: boolean }>(
  "maintenance.lock",
  "SELECT pg_try_advisory_lock(hashtext('posthorn.maintenance')) AS locked",
);
const unlock = statement(
  "maintenance.unlock",
  "SELECT pg_advisory_unlock(hashtext('posthorn.maintenance'))",
);
const dropDays = statement<{ dropped: number }>(
  "maintenance.events",
  "SELECT drop_mail_event_partitions(((now() AT TIME ZONE 'UTC')::date - $1::int)) AS dropped",
);
const deleteFinished = statement<{ id: string }>(
  "maintenance.queue",
  `DELETE FROM queue_message WHERE id IN (
     SELECT id FROM queue_message m
     WHERE created_at < now() - make_interval(days => $1) AND NOT EXISTS (
       SELECT 1 FROM queue_recipient r WHERE r.message_id = m.id AND r.state = 'waiting')
     ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
   RETURNING id`,
);

export interface Maintained extends Collected {
  readonly eventDays: number;
  readonly queueMessages: number;
  readonly expunged: number;
  /** Of texts that are gone, in the index. */
  readonly signatures: number;
}

/** Null when another process is at it. */
export async function maintain(
  pool: pg.Pool,
  { traceDays, signal }: { traceDays: number; signal?: AbortSignal },
): Promise<Maintained | null> {
  const client = await pool.connect(); // the lock belongs to one connection
  let broken = true;
  try {
    const [lock] = await tryLock(client);
    if (lock?.locked !== true) {
      broken = false;
      return null;
    }
    const eventDays = (await dropDays(client, traceDays))[0]?.dropped ?? 0;
    let queueMessages = 0;
    for (let more = true; more && signal?.aborted !== true;) {
      const { length } = await deleteFinished(client, traceDays);
      queueMessages += length;
      more = length === BATCH;
    }
    const expunged = await pruneExpunged(pool);
    await pruneReflagged(pool);
    const collected = await collectBlobs(pool, signal ? { signal } : {});
    const signatures = await tidySegments(pool, signal);
    await unlock(client);
    broken = false;
    return { eventDays, queueMessages, expunged, signatures, ...collected };
  } finally {
    client.release(broken); // a connection that is thrown away takes its lock along
  }
}
