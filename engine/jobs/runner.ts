/**
 * Works background jobs: takes them from graphile-worker, keeps the visible `job` row in step, and
 * decides what an error means. A handler's MailError is told to the person who asked; anything else
 * is logged with its cause and shown as "internal error" with the job's id as reference.
 */
import {
  Logger as WorkerLogger,
  run,
  type JobHelpers,
  type Runner,
  type TaskList,
} from "graphile-worker";
import type { Pool } from "pg";
import { asMailError } from "../../lib/mail/errors.ts";
import { freeAbandoned, RENEW_MS, renewLeases } from "../../lib/jobs/leases.ts";
import {
  addLogLine,
  endJob,
  isCancelAsked,
  setProgress,
  startJob,
} from "../../lib/jobs/progress.ts";
import type { SecretBox } from "../../lib/storage/secret-box.ts";
import type { EngineContext } from "../context.ts";
import type { Control } from "./control.ts";
import { JobCancelled, type JobHandler, type JobRun } from "./handler.ts";

/** What handlers work with: the engine, the database for their own rows, and word to other engines. */
export interface JobContext extends EngineContext {
  readonly pool: Pool;
  readonly control: Control;
  /** Opens what is sealed for its row: keys, credentials. */
  readonly secrets: SecretBox;
}

/** Jobs at once per engine process: they mostly wait for the database or the network. */
const CONCURRENCY = 4;
/** Safety net for a NOTIFY that was missed. */
const POLL_MS = 5_000;

interface Envelope {
  jobId: string;
  payload: unknown;
}

export async function startJobs(
  ctx: JobContext,
  handlers: readonly JobHandler[],
): Promise<{ stop(): Promise<void> }> {
  const taskList: TaskList = {};
  const running = new Set<string>();
  for (const handler of handlers) {
    taskList[handler.kind] = async (envelope, helpers) => {
      running.add(helpers.job.id);
      try {
        await work(ctx, handler, envelope as Envelope, helpers); // written by lib/jobs/job.ts alone
      } finally {
        running.delete(helpers.job.id);
      }
    };
  }
  const runner: Runner = await run({
    pgPool: ctx.pool,
    taskList,
    concurrency: CONCURRENCY,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    logger: new WorkerLogger(() => (level, message) => {
      if (level === "error" || level === "warning") ctx.log.warn({ worker: message }, "job queue");
    }),
  });
  runner.promise.catch((error: unknown) => ctx.log.error({ err: error }, "job runner ended"));
  const leases = keepLeases(ctx, running);
  return {
    async stop() {
      await runner.stop();
      await leases.stop();
    },
  };
}

/** Renews the leases of the jobs that run here, and frees those of engines that are gone. */
function keepLeases({ pool, log }: JobContext, running: ReadonlySet<string>) {
  const look = async () => {
    await renewLeases(pool, [...running]);
    await freeAbandoned(pool);
  };
  const lookAgain = () => look().catch((err: unknown) => log.warn({ err }, "leases of jobs"));
  let last = lookAgain();
  const timer = setInterval(() => (last = last.then(lookAgain)), RENEW_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return last;
    },
  };
}

async function work(
  ctx: JobContext,
  handler: JobHandler,
  { jobId, payload }: Envelope,
  helpers: JobHelpers,
): Promise<void> {
  if (!(await startJob(ctx.pool, jobId))) return;
  const started = performance.now();
  const log = ctx.log.child({ job: jobId, kind: handler.kind });
  const job = jobRun(ctx.pool, jobId, helpers.abortSignal);
  try {
    await job.checkCancelled();
    const result = await handler.run(payload, job, ctx);
    await endJob(ctx.pool, jobId, { state: "done", result });
    log.info({ ms: Math.round(performance.now() - started) }, "job done");
  } catch (error) {
    if (error instanceof JobCancelled) return endJob(ctx.pool, jobId, { state: "cancelled" });
    const refusal = asMailError(error);
    // What was refused on purpose and for good is not asked again.
    const last = !refusal.temporary || helpers.job.attempts >= helpers.job.max_attempts;
    log.error({ err: error, last }, "job failed");
    const text =
      refusal.kind === "internal" ? `Internal error (reference ${jobId})` : refusal.message;
    await endJob(ctx.pool, jobId, { state: last ? "failed" : "waiting", error: text });
    if (refusal.temporary) throw error; // graphile-worker schedules the next try
  }
}

function jobRun(pool: Pool, id: string, signal: AbortSignal): JobRun {
  return {
    id,
    signal,
    progress: (done, total) => setProgress(pool, id, done, total),
    log: (text) => addLogLine(pool, id, text),
    async checkCancelled() {
      if (await isCancelAsked(pool, id)) throw new JobCancelled();
    },
  };
}
