/**
 * What nothing needs any more: blobs that no message and no queued mail points at, and expunge logs
 * beyond what QRESYNC may reasonably ask for. Run by a job; safe to run anywhere at any time.
 */
import type pg from "pg";
import { inTransaction, statement } from "../sql.ts";

/** A long blob is stored before its message: nobody spools for this long. */
const MIN_AGE_MINUTES = 60;
const BATCH = 500;
/** Expunges remembered per folder. A client that is further behind reads the folder anew. */
const KEEP_EXPUNGED = 20_000;

/** The lock waits for nobody and is refused to whoever is about to point here (FOR KEY SHARE). */
const lockOrphans = statement<{ id: number }>(
  "garbage.lock",
  `SELECT id FROM blob b
   WHERE id > $1 AND created_at < now() - make_interval(mins => $2)
     AND NOT EXISTS (SELECT 1 FROM message m WHERE m.blob_id = b.id)
     AND NOT EXISTS (SELECT 1 FROM queue_message q WHERE q.blob_id = b.id)
   ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
);
/** Asks again, with the rows locked: what pointed here in between has committed by now. */
const deleteOrphans = statement<{ size: number }>(
  "garbage.delete",
  `DELETE FROM blob b WHERE id = ANY($1)
     AND NOT EXISTS (SELECT 1 FROM message m WHERE m.blob_id = b.id)
     AND NOT EXISTS (SELECT 1 FROM queue_message q WHERE q.blob_id = b.id)
   RETURNING size`,
);

export interface Collected {
  readonly blobs: number;
  readonly bytes: number;
}

export async function collectBlobs(
  pool: pg.Pool,
  {
    minAgeMinutes = MIN_AGE_MINUTES,
    signal,
  }: { minAgeMinutes?: number; signal?: AbortSignal } = {},
): Promise<Collected> {
  let blobs = 0;
  let bytes = 0;
  for (let after: number | undefined = 0; after !== undefined && signal?.aborted !== true;) {
    const from: number = after;
    const { last, gone } = await inTransaction(pool, async (tx) => {
      const ids = (await lockOrphans(tx, from, minAgeMinutes)).map((row) => row.id);
      return { last: ids.at(-1), gone: ids.length > 0 ? await deleteOrphans(tx, ids) : [] };
    });
    after = last;
    blobs += gone.length;
    bytes += gone.reduce((sum, row) => sum + row.size, 0);
  }
  return { blobs, bytes };
}

const longLogs = statement<{ id: number; floor: number }>(
  "garbage.logs",
  `SELECT f.id, e.modseq AS floor FROM folder f CROSS JOIN LATERAL (
     SELECT modseq FROM expunged WHERE folder_id = f.id ORDER BY modseq DESC OFFSET $1 LIMIT 1
   ) e WHERE f.id > $2 ORDER BY f.id LIMIT ${BATCH}`,
);
const raiseFloor = statement(
  "garbage.floor",
  "UPDATE folder SET expunged_floor = GREATEST(expunged_floor, $2) WHERE id = $1",
);
const pruneLog = statement<{ uid: number }>(
  "garbage.prune",
  "DELETE FROM expunged WHERE folder_id = $1 AND modseq <= $2 RETURNING uid",
);

/** Answers how many entries went. */
export async function pruneExpunged(pool: pg.Pool, keep: number = KEEP_EXPUNGED): Promise<number> {
  let pruned = 0;
  for (let [after, more] = [0, true]; more;) {
    const logs = await longLogs(pool, keep, after);
    for (const { id, floor } of logs) {
      pruned += await inTransaction(pool, async (tx) => {
        await raiseFloor(tx, id, floor);
        return (await pruneLog(tx, id, floor)).length;
      });
    }
    after = logs.at(-1)?.id ?? after;
    more = logs.length === BATCH;
  }
  return pruned;
}
