/** The audit line of a change, in the actor's name. */
import { addAuditLine, addAuditLines, type AuditLine } from "../storage/audit.ts";
import type { Db } from "../storage/client.ts";
import { actorKey, type Actor } from "./actor.ts";

type Told = Pick<AuditLine, "action" | "subject" | "domainId" | "changes">;

export async function audit(tx: Db, actor: Actor, line: Told): Promise<void> {
  const { name: actorName, remoteIp } = actor;
  await addAuditLine(tx, { ...line, actor: actorKey(actor), actorName, remoteIp });
}

/** Of many changes that were asked for at once. */
export async function auditAll(tx: Db, actor: Actor, lines: readonly Told[]): Promise<void> {
  const { name: actorName, remoteIp } = actor;
  const by = { actor: actorKey(actor), actorName, remoteIp };
  await addAuditLines(
    tx,
    lines.map((line) => ({ ...line, ...by })),
  );
}
