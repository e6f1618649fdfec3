/**
 * What becomes of a job whose engine was killed. graphile-worker would hand it out again after four hours;
 * here its lock is a lease: the engine that works on a job renews it, and one that was not renewed in time
 * is taken away. Jobs are safe to run twice, so an engine that was only slow does no harm.
 *
 * graphile-worker has no function for this: the table is its own, its version is pinned, and
 * tests/jobs.test.ts notices when it changes.
 */
import type { Pool } from "pg";
import { endJob } from "./progress.ts";

/** A lease is renewed this often … */
export const RENEW_MS = 10_000;
/** … and lasts six times as long: a database that restarts must not make every job start anew. */
const LEASE_SECONDS = 60;

/** `ids` are those of graphile-worker's rows. */
export async function renewLeases(pool: Pool, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await pool.query({
    name: "job-renew",
    text: `update graphile_worker._private_jobs set locked_at = now()
      where id = any($1::bigint[]) and locked_at is not null`,
    values: [ids],
  });
}

/** Frees jobs that nobody works on any more; those without a try left have failed. */
export async function freeAbandoned(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ jobId: string; over: boolean }>({
    name: "job-free",
    text: `update graphile_worker._private_jobs set locked_at = null, locked_by = null
      where locked_at < now() - make_interval(secs => $1)
      returning key as "jobId", attempts >= max_attempts as over`,
    values: [LEASE_SECONDS],
  });
  for (const { jobId, over } of rows) {
    if (over) await endJob(pool, jobId, { state: "failed", error: "The engine was interrupted" });
  }
}
