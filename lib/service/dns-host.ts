/** Where the DNS of a domain is, said by people where its name servers do not tell, or mislead. */
import type { SetDnsHost } from "../schemas/domains.ts";
import * as store from "../storage/domains.ts";
import { findWatch, type WatchView } from "../storage/dns-checks.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { can } from "./permissions.ts";

export interface DnsHostChoice {
  readonly domain: store.Domain;
  readonly zone: WatchView["zone"];
  readonly may: boolean;
}

/** Null: no such domain for this actor. */
export async function getDnsHost(
  { prisma }: ServiceContext,
  actor: Actor,
  name: string,
): Promise<DnsHostChoice | null> {
  const domain = await store.findDomain(prisma, name);
  if (!domain || !can(actor, "domain.read", domain.id)) return null;
  const watch = await findWatch(prisma, domain.id);
  return { domain, zone: watch?.zone ?? null, may: can(actor, "dns.publish", domain.id) };
}

/** `host`: an id of lib/mail/dns/dns-hosts.ts or `OTHER_HOST`; null: by its name servers again. */
export async function setDnsHost(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, host }: SetDnsHost,
): Promise<"done" | "notFound"> {
  return transact(ctx, async (tx) => {
    const domain = await store.findDomain(tx, name);
    if (!domain || !can(actor, "dns.publish", domain.id)) return "notFound";
    if (domain.dnsHost === host) return "done";
    await store.setDnsHost(tx, domain.id, host);
    const changes = { dnsHost: [domain.dnsHost, host] } as const;
    await audit(tx, actor, {
      ...{ action: "domain.dnsHost", subject: domain.name, domainId: domain.id, changes },
    });
    return "done";
  });
}
