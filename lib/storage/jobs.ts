/** Background work as people see it: reading the rows that lib/jobs writes. */
import type { JobState, Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";

export interface JobView {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly domainId: string | null;
  readonly mailboxId: string | null;
  readonly askedById: string | null;
  readonly askedByName: string;
  readonly state: JobState;
  readonly done: number;
  readonly total: number;
  readonly log: readonly { readonly at: string; readonly text: string }[];
  readonly result: Record<string, unknown> | null;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly cancelAsked: boolean;
}

const columns = {
  id: true,
  kind: true,
  subject: true,
  domainId: true,
  mailboxId: true,
  askedById: true,
  askedByName: true,
  state: true,
  done: true,
  total: true,
  log: true,
  result: true,
  error: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  cancelAskedAt: true,
} as const;
type Row = Prisma.JobGetPayload<{ select: typeof columns }>;
const toJob = ({ log, result, cancelAskedAt, ...row }: Row): JobView => ({
  ...row,
  log: Array.isArray(log) ? log.flatMap(toLine) : [],
  result: isRecord(result) ? result : null,
  cancelAsked: cancelAskedAt !== null,
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function toLine(value: unknown): { at: string; text: string }[] {
  if (!isRecord(value)) return [];
  return [{ at: String(value["at"]), text: String(value["text"]) }];
}

/** Whose jobs: everybody's, or one's own and those of some domains. */
export type JobScope =
  | "all"
  | {
      readonly askedById: string | null;
      readonly mailboxId: string | null;
      readonly domains: readonly string[];
    };

/** Newest first; ids are UUIDv7, so `before` (an id) pages by time. */
export async function listJobs(
  db: Db,
  scope: JobScope,
  page: { before: string; limit: number },
): Promise<JobView[]> {
  const where: Prisma.JobWhereInput = {
    ...(page.before && { id: { lt: page.before } }),
    ...(scope !== "all" && { OR: mine(scope) }),
  };
  const rows = await db.job.findMany({
    where,
    select: columns,
    orderBy: { id: "desc" },
    take: page.limit,
  });
  return rows.map(toJob);
}

function mine(scope: Exclude<JobScope, "all">): Prisma.JobWhereInput[] {
  return [
    { domainId: { in: [...scope.domains] } },
    ...(scope.askedById === null ? [] : [{ askedById: scope.askedById }]),
    ...(scope.mailboxId === null ? [] : [{ mailboxId: scope.mailboxId }]),
  ];
}

export async function findJob(db: Db, id: string): Promise<JobView | null> {
  const row = await db.job.findUnique({ where: { id }, select: columns });
  return row && toJob(row);
}

/** Notes the wish; the handler honours it between items. False when the job is over. */
export async function askToCancelJob(db: Db, id: string): Promise<boolean> {
  const { count } = await db.job.updateMany({
    where: { id, state: { in: ["waiting", "running"] } },
    data: { cancelAskedAt: new Date() },
  });
  return count > 0;
}

interface JobSubject {
  readonly kind: string;
  readonly subject: string;
  readonly askedById: string | null;
}

/** The newest that is not older than `since` and has not failed. */
export async function findRecentJob(
  db: Db,
  about: JobSubject,
  since: Date,
): Promise<string | null> {
  const row = await db.job.findFirst({
    where: { ...about, createdAt: { gte: since }, state: { in: ["waiting", "running", "done"] } },
    select: { id: true },
    orderBy: { id: "desc" },
  });
  return row?.id ?? null;
}
