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

export async function addAuditLine(db: Db, { changes, ...line }: AuditLine): Promise<void> {
  const data = { ...line, ...(changes && { changes: changes as Prisma.InputJsonObject }) }; // JSON by construction
  await db.auditEntry.create({ data, select: { id: true } });
}
