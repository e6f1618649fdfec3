/** What was changed for a domain, and by whom: the audit log for people. */
import { listAuditOf, type AuditView } from "../storage/audit.ts";
import { findDomain } from "../storage/domains.ts";
import type { Actor } from "./actor.ts";
import type { ServiceContext } from "./context.ts";
import { can } from "./permissions.ts";

export interface Activity {
  readonly id: string;
  readonly at: Date;
  readonly by: "person" | "cli" | "system";
  readonly name: string;
  /** As the audit log has it, told apart further where one word stands for two things. */
  readonly action: string;
  readonly subject: string;
}

/** Newest first; null for who may not know of the domain. */
export async function listActivity(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, limit }: { readonly domain: string; readonly limit: number },
): Promise<readonly Activity[] | null> {
  const domain = await findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "domain.read", domain.id)) return null;
  return (await listAuditOf(ctx.prisma, domain.id, limit)).map(toActivity);
}

function toActivity({ id, at, actor, actorName, action, subject, changes }: AuditView): Activity {
  const by = actor === "cli" || actor === "system" ? actor : "person";
  const withdrawn = action === "dns.accept" && changes["accepted"]?.[1] === null;
  return {
    ...{ id, at, by, subject },
    name: actorName,
    action: withdrawn ? "dns.accept.withdrawn" : action,
  };
}
