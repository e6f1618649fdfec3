/** What was changed for a domain, and by whom: the audit log for people. */
import { listAudit, type AuditView } from "../storage/audit.ts";
import { domainNames, findDomain } from "../storage/domains.ts";
import type { Actor } from "./actor.ts";
import type { ServiceContext } from "./context.ts";
import { can, domainsWhere } from "./permissions.ts";

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
  const scope = { domains: [domain.id], server: false };
  return (await listAudit(ctx.prisma, scope, limit)).map(toActivity);
}

/** With the domain that it was about; null: the server. */
export type PlacedActivity = Activity & { readonly domain: string | null };

/** What was changed last in all domains that the actor may read, and on the server for who reads that. */
export async function listRecentActivity(
  ctx: ServiceContext,
  actor: Actor,
  limit: number,
): Promise<readonly PlacedActivity[]> {
  const domains = domainsWhere(actor, "domain.read");
  const scope = { domains, server: can(actor, "server.read", null) };
  const rows = await listAudit(ctx.prisma, scope, limit);
  const ids = rows.flatMap(({ domainId }) => domainId ?? []);
  const names = await domainNames(ctx.prisma, [...new Set(ids)]);
  return rows.map((row) => ({ ...toActivity(row), domain: names.get(row.domainId ?? "") ?? null }));
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
