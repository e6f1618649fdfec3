/** Background work and the mail queue, as one actor may see them. */
import "server-only";
import { Id } from "@/lib/schemas/fields.ts";
import * as jobs from "@/lib/service/jobs.ts";
import type { JobView } from "@/lib/service/jobs.ts";
import { listQueue } from "@/lib/service/queue.ts";
import { runtime } from "./service.ts";
import { getSignedIn, requireActor } from "./session.ts";

const isOver = ({ state }: JobView) => state !== "waiting" && state !== "running";

const shape = (job: JobView) => ({
  id: job.id,
  kind: job.kind,
  subject: job.subject,
  askedByName: job.askedByName,
  state: job.state,
  done: job.done,
  total: job.total,
  createdAt: job.createdAt,
  finishedAt: job.finishedAt,
  over: isOver(job),
});
export type WorkRow = ReturnType<typeof shape>;

export async function getWorkView(page: { before?: string }) {
  const actor = await requireActor();
  const before = Id.safeParse(page.before).success ? page.before : undefined;
  const list = await jobs.listJobs(runtime().service, actor, before ? { before } : {});
  return { rows: list.rows.map(shape), next: list.next };
}

export async function getJobView(id: string) {
  const actor = await requireActor();
  if (!Id.safeParse(id).success) return null;
  const job = await jobs.getJob(runtime().service, actor, id);
  if (!job) return null;
  const { log, result, error, startedAt, cancelAsked } = job;
  return { ...shape(job), log, result, error, startedAt, cancelAsked };
}

export async function stopJob(id: string): Promise<"done" | "notFound"> {
  return jobs.cancelJob(runtime().service, await requireActor(), id);
}

/** For the tray in every page's head: how many of mine run now. */
export async function countRunning(): Promise<number> {
  const me = await getSignedIn();
  if (!me) return 0;
  const { rows } = await jobs.listJobs(runtime().service, me.actor, { limit: 20 });
  return rows.filter((job) => !isOver(job)).length;
}

export async function getQueueView(page: { search: string; after: string }) {
  return listQueue(runtime().service, await requireActor(), page);
}
