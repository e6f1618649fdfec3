/**
 * The `job` row while the engine works on it: what people see change. Every change is told on
 * JOB_CHANNEL, in the statement that makes it.
 */
import type { Pool } from "pg";
import { JOB_CHANNEL } from "./job.ts";

/** Lines kept in a job's log; the oldest go first. */
const MAX_LOG_LINES = 200;

const told = (update: string) =>
  `with changed as (${update} returning id) select pg_notify('${JOB_CHANNEL}', '- ' || id) from changed`;

/**
 * Marks it running; false when it is already over (done, failed or cancelled): the caller then has
 * nothing to do.
 */
export async function startJob(pool: Pool, id: string): Promise<boolean> {
  const result = await pool.query({
    name: "job-start",
    text: told(`update job set state = 'running', started_at = coalesce(started_at, now())
      where id = $1 and state in ('waiting', 'running')`),
    values: [id],
  });
  return result.rowCount === 1;
}

export async function setProgress(
  pool: Pool,
  id: string,
  done: number,
  total: number,
): Promise<void> {
  await pool.query({
    name: "job-progress",
    text: told("update job set done = $2, total = $3 where id = $1 and state = 'running'"),
    values: [id, done, total],
  });
}

export async function addLogLine(pool: Pool, id: string, text: string): Promise<void> {
  await pool.query({
    name: "job-log",
    text: told(`update job set log = (
        case when jsonb_array_length(log) >= ${MAX_LOG_LINES} then log - 0 else log end
      ) || jsonb_build_object('at', now(), 'text', $2::text) where id = $1`),
    values: [id, text],
  });
}

/** True once somebody asked it to stop. */
export async function isCancelAsked(pool: Pool, id: string): Promise<boolean> {
  const result = await pool.query<{ asked: boolean }>({
    name: "job-cancel-asked",
    text: "select cancel_asked_at is not null as asked from job where id = $1",
    values: [id],
  });
  return result.rows[0]?.asked ?? false;
}

export type JobEnd =
  | { state: "done"; result: Record<string, unknown> }
  | { state: "cancelled" }
  | { state: "failed"; error: string }
  | { state: "waiting"; error: string };

/** The end of a run; `waiting` means the queue will try again. */
export async function endJob(pool: Pool, id: string, end: JobEnd): Promise<void> {
  await pool.query({
    name: "job-end",
    text: told(`update job set state = $2::job_state, result = $3, error = $4,
      finished_at = case when $2 = 'waiting' then null else now() end where id = $1`),
    values: [
      id,
      end.state,
      end.state === "done" ? JSON.stringify(end.result) : null,
      "error" in end ? end.error : null,
    ],
  });
}
