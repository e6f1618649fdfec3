/** A job's work: engine/jobs/<kind>.ts makes one of these per definition of lib/jobs/definitions. */
import type { JobDefinition } from "../../lib/jobs/job.ts";
import type { JobContext } from "./runner.ts";

/** What a handler may say while it works. */
export interface JobRun {
  readonly id: string;
  /** Aborted when the engine stops: the job is tried again later, by whatever engine is there. */
  readonly signal: AbortSignal;
  progress(done: number, total: number): Promise<void>;
  /** A line for people. No secrets, no message bodies. */
  log(text: string): Promise<void>;
  /** Throws `JobCancelled` when somebody asked the job to stop. Ask between items. */
  checkCancelled(): Promise<void>;
}

export class JobCancelled extends Error {}

export interface JobHandler {
  readonly kind: string;
  run(payload: unknown, run: JobRun, ctx: JobContext): Promise<Record<string, unknown>>;
}

/** Joins a definition and its work; the payload is checked before the work sees it. */
export function handle<Payload>(
  definition: JobDefinition<Payload>,
  work: (payload: Payload, run: JobRun, ctx: JobContext) => Promise<Record<string, unknown>>,
): JobHandler {
  return {
    kind: definition.kind,
    run: (payload, run, ctx) => work(definition.payload.parse(payload), run, ctx),
  };
}
