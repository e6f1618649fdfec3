/** What DANE is for a domain: the host's TLSA, and whether both zones that a sender goes through are signed. */
import type { ZoneSecurity } from "../mail/dns/observer.ts";
import { tlsaNames } from "../mail/dns/server-records.ts";
import { hasAutomaticCredential } from "../storage/dkim-rotations.ts";
import { findWatch } from "../storage/dns-checks.ts";
import { findDomain, type Domain } from "../storage/domains.ts";
import { listPolicyEvidence, type PolicyEvidence } from "../storage/policy-evidence.ts";
import { getServerProfile } from "../storage/server-profile.ts";
import type { Actor } from "./actor.ts";
import type { ServiceContext } from "./context.ts";
import { readHostKeys, type HostKeys } from "./host-keys.ts";
import { can } from "./permissions.ts";

/** A zone as it was measured; null: nobody has looked. */
export interface SeenZone {
  readonly apex: string;
  readonly security: ZoneSecurity;
  readonly checkedAt: Date;
}

export interface DomainDane {
  readonly domain: Domain;
  readonly hostKeys: HostKeys;
  /** TLSA belong at these. */
  readonly names: readonly string[];
  /** The zone of the host's name (RFC 7672 §2.2), and of the domain, which has the MX (§2.2.1). */
  readonly hostZone: SeenZone | null;
  readonly domainZone: SeenZone | null;
  readonly checks: readonly PolicyEvidence[];
  /** The server publishes TLSA by itself. */
  readonly publishesItself: boolean;
  readonly mayWrite: boolean;
}

export async function getDane(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
): Promise<DomainDane | null> {
  const { prisma } = ctx;
  const domain = await findDomain(prisma, name);
  if (!domain || !can(actor, "domain.read", domain.id)) return null;
  const server = await getServerProfile(prisma, ctx.hostName);
  const names = tlsaNames(server);
  const [hostKeys, hostZone, domainZone, checks, publishesItself] = await Promise.all([
    readHostKeys(ctx),
    seenZone(ctx, null),
    seenZone(ctx, domain.id),
    listPolicyEvidence(prisma, null),
    hasAutomaticCredential(prisma, { domainId: null, name: names[0] ?? "" }),
  ]);
  return {
    ...{ domain, hostKeys, names, hostZone, domainZone, publishesItself },
    checks: checks.filter(({ kind }) => kind === "hostTlsa"),
    mayWrite: can(actor, "server.write", null),
  };
}

async function seenZone(ctx: ServiceContext, domainId: string | null): Promise<SeenZone | null> {
  const watch = await findWatch(ctx.prisma, domainId);
  if (!watch?.zone || !watch.checkedAt) return null;
  const { apex, domain, security } = watch.zone;
  return { apex: apex ?? domain, security, checkedAt: watch.checkedAt };
}
