/** Publications as the console asks for them and shows them: lib/mail/dns/plan.ts kept from preview to undo. */
import { Prisma, type PublicationState } from "../../prisma/generated/client.ts";
import type { Plan, WantedRecord } from "../mail/dns/plan.ts";
import type { PublishReason } from "../mail/dns/reasons.ts";
import { newId } from "../mail/ids.ts";
import type { Db } from "./client.ts";
import { toReason } from "./dns-credential-list.ts";
import { PlanJson } from "./plan-json.ts";

export interface Publication extends Plan {
  readonly id: string;
  readonly domainId: string | null;
  readonly credentialId: string | null;
  readonly jobId: string | null;
  readonly state: PublicationState;
  readonly zone: string;
  readonly replace: readonly string[];
  readonly error: PublishReason | null;
  readonly askedBy: string;
  readonly createdAt: Date;
  readonly appliedAt: Date | null;
  readonly verifiedAt: Date | null;
  readonly undoneAt: Date | null;
}

const columns = {
  id: true,
  domainId: true,
  credentialId: true,
  jobId: true,
  state: true,
  zone: true,
  replace: true,
  changes: true,
  questions: true,
  kept: true,
  problems: true,
  error: true,
  askedBy: true,
  createdAt: true,
  appliedAt: true,
  verifiedAt: true,
  undoneAt: true,
} as const;
type Row = Prisma.DnsPublicationGetPayload<{ select: typeof columns }>;

const toPublication = ({
  changes,
  questions,
  kept,
  problems,
  error,
  ...row
}: Row): Publication => ({
  ...row,
  ...PlanJson.parse({ changes, questions, kept, problems }),
  error: toReason(error),
});

export async function findListedPublication(db: Db, id: string): Promise<Publication | null> {
  const row = await db.dnsPublication.findUnique({ where: { id }, select: columns });
  return row && toPublication(row);
}

/** Of a domain, or (null) of the server itself; newest first. */
export async function listPublications(
  db: Db,
  domainId: string | null,
  limit: number,
): Promise<Publication[]> {
  const rows = await db.dnsPublication.findMany({
    where: { domainId },
    select: columns,
    orderBy: { id: "desc" },
    take: limit,
  });
  return rows.map(toPublication);
}

export interface NewPublication {
  /** Null: the server itself. */
  readonly domainId: string | null;
  readonly credentialId: string;
  readonly replace: readonly string[];
  readonly wanted: readonly WantedRecord[];
  readonly askedBy: string;
}

export async function createPublication(
  db: Db,
  { replace, wanted, ...rest }: NewPublication,
): Promise<string> {
  const id = newId();
  const json = wanted.map(({ orAddresses, right, ...record }) => {
    return { ...record, orAddresses: [...orAddresses], right: [...right] };
  });
  await db.dnsPublication.create({
    data: { ...rest, id, state: "previewing", replace: [...replace], wanted: json },
    select: { id: true },
  });
  return id;
}

/** From one state to the next, for one who asked first; false when it is not in that state any more. */
export async function movePublication(
  db: Db,
  id: string,
  { from, to }: { from: PublicationState; to: PublicationState },
): Promise<boolean> {
  const { count } = await db.dnsPublication.updateMany({
    where: { id, state: from },
    data: { state: to, error: Prisma.DbNull },
  });
  return count === 1;
}

export async function setPublicationJob(db: Db, id: string, jobId: string): Promise<void> {
  await db.dnsPublication.update({ where: { id }, data: { jobId }, select: { id: true } });
}

/** Previews that nobody applied make room for a new one. */
export async function dropPreviews(db: Db, domainId: string | null): Promise<void> {
  await db.dnsPublication.deleteMany({
    where: { domainId, state: { in: ["previewing", "previewed"] } },
  });
}
