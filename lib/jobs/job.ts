/**
 * Background jobs, the console's one way to make the engine do something: a
 * contract here (`definitions/`), its work in engine/jobs. What people see is our own `job` row; the
 * queue row is graphile-worker's and goes away.
 *
 * Rows are written inside the caller's transaction, beside the change and its audit line: all of it
 * becomes true together or none of it.
 */
import type { z } from "zod";
import { newId } from "../mail/ids.ts";
import type { Db } from "../storage/client.ts";

/**
 * NOTIFY channel: a job whose row changed. Payload as lib/storage/notifications.ts reads it: the
 * sender ("-": told from inside a statement), a space, the id.
 */
export const JOB_CHANNEL = "posthorn_job";

export interface JobDefinition<Payload> {
  /** "noun.verb.v1": a changed payload is a new kind. */
  readonly kind: string;
  /** How often the queue tries before the job counts as failed. */
  readonly maxAttempts: number;
  readonly payload: z.ZodType<Payload>;
}

export function defineJob<Payload>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  return definition;
}

/** Who asked and what it is about: shown in lists, and the basis of who may see it. */
export interface JobOrigin {
  readonly subject: string;
  readonly domainId?: string | null;
  readonly mailboxId?: string | null;
  readonly askedById?: string | null;
  readonly askedByName: string;
}

/** Adds a job inside `tx`; answers its id. Throws when the payload does not fit the definition. */
export async function enqueue<Payload>(
  tx: Db,
  definition: JobDefinition<Payload>,
  payload: Payload,
  origin: JobOrigin,
): Promise<string> {
  const { kind, maxAttempts } = definition;
  const id = newId();
  const checked = JSON.stringify({ jobId: id, payload: definition.payload.parse(payload) });
  await tx.job.create({ data: { id, kind, ...origin }, select: { id: true } });
  await tx.$executeRaw`select graphile_worker.add_job(${kind}, ${checked}::json,
    max_attempts => ${maxAttempts}::int, job_key => ${id})`;
  await tx.$executeRaw`select pg_notify(${JOB_CHANNEL}, ${`- ${id}`})`;
  return id;
}
