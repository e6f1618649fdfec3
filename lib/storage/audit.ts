/** The audit log: who changed what. Append-only; a line commits with the change it tells of. */
import type { Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";

export interface AuditLine {
  /** "user:<uuid>", "mailbox:<uuid>", "cli" or "system". */
  readonly actor: string;
  readonly actorName: string;
  /** The permission's name, or a word of its own ("session.created"). */
  readonly action: string;
  readonly subject: string;
  readonly domainId?: string | null;
  /** {field: [before, after]}; secrets never come here, not even masked by the caller's hope. */
  readonly changes?: Record<string, readonly [before: unknown, after: unknown]>;
  readonly remoteIp?: string | null;
}

const rowOf = ({ changes, ...line }: AuditLine) => ({
  ...line,
  ...(changes && { changes: changes as Prisma.InputJsonObject }), // JSON by construction
});

export async function addAuditLine(db: Db, line: AuditLine): Promise<void> {
  await db.auditEntry.create({ data: rowOf(line), select: { id: true } });
}

export async function addAuditLines(db: Db, lines: readonly AuditLine[]): Promise<void> {
  await db.auditEntry.createMany({ data: lines.map(rowOf) });
}

export interface AuditView {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly actorName: string;
  readonly action: string;
  readonly subject: string;
  readonly domainId: string | null;
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

/** Which lines. */
export interface AuditScope {
  readonly domains: "all" | readonly string[];
  /** Those about the server itself, too; never those about accounts and their sessions. */
  readonly server: boolean;
}

/** The last lines, newest first. */
export async function listAudit(
  db: Db,
  { domains, server }: AuditScope,
  limit: number,
): Promise<AuditView[]> {
  const own = domains === "all" ? { not: null } : { in: [...domains] };
  const ofAccounts = ["operator.", "account.", "session."].map((prefix) => ({
    action: { startsWith: prefix },
  }));
  const rows = await db.auditEntry.findMany({
    where: {
      OR: [{ domainId: own }, ...(server ? [{ domainId: null, NOT: { OR: ofAccounts } }] : [])],
    },
    select: {
      ...{ id: true, at: true, actor: true, actorName: true, action: true, subject: true },
      ...{ changes: true, domainId: true },
    },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: limit,
  });
  // Written by `addAuditLine`, or in its form by lib/storage/key-life.ts.
  return rows.map(({ changes, ...row }) => ({
    ...row,
    changes: (changes ?? {}) as unknown as AuditView["changes"],
  }));
}
