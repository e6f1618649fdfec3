/** The audit line of a change, in the actor's name. */
import { addAuditLine, type AuditLine } from "../storage/audit.ts";
import type { Db } from "../storage/client.ts";
import { actorKey, type Actor } from "./actor.ts";

type Told = Pick<AuditLine, "action" | "subject" | "domainId" | "changes">;

export async function audit(tx: Db, actor: Actor, line: Told): Promise<void> {
  const { name: actorName, remoteIp } = actor;
  await addAuditLine(tx, { ...line, actor: actorKey(actor), actorName, remoteIp });
}
