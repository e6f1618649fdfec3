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
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

/** The last lines about a domain, newest first. */
export async function listAuditOf(db: Db, domainId: string, limit: number): Promise<AuditView[]> {
  const rows = await db.auditEntry.findMany({
    where: { domainId },
    select: {
      ...{ id: true, at: true, actor: true, actorName: true, action: true, subject: true },
      changes: true,
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
