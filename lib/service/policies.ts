/**
 * A domain's policies: DMARC (RFC 9989), MTA-STS (RFC 8461), where TLS reports go (RFC 8460). A change is
 * a row at once; what the world shows follows when DNS does, and the checks say so.
 */
import { dmarcText, startingDmarc, type DmarcPolicy } from "../mail/dns/dmarc.ts";
import { enforceObstacles } from "../mail/mta-sts-rail.ts";
import { heldUntil, newPolicyId, policyOf, type MtaStsPolicy } from "../mail/mta-sts.ts";
import type { DmarcForm, MtaStsForm, TlsReportsForm } from "../schemas/policies.ts";
import type { Db } from "../storage/client.ts";
import { findDomain, setPolicies, type Domain } from "../storage/domains.ts";
import { listPolicyEvidence, type PolicyEvidence } from "../storage/policy-evidence.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { can } from "./permissions.ts";
import { getHostName } from "./server-identity.ts";

export interface DomainPolicies {
  readonly domain: Domain;
  readonly hostName: string;
  readonly dmarc: DmarcPolicy;
  readonly mtaSts: MtaStsPolicy;
  readonly checks: readonly PolicyEvidence[];
  readonly mayWrite: boolean;
}

export async function getPolicies(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
): Promise<DomainPolicies | null> {
  const domain = await findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "domain.read", domain.id)) return null;
  const [hostName, own, server] = await Promise.all([
    getHostName(ctx),
    listPolicyEvidence(ctx.prisma, domain.id),
    listPolicyEvidence(ctx.prisma, null),
  ]);
  return {
    domain,
    hostName,
    dmarc: domain.dmarc ?? startingDmarc(domain.name),
    mtaSts: policyOf(domain, hostName),
    checks: [...own, ...server],
    mayWrite: can(actor, "policy.write", domain.id),
  };
}

type Changed = { readonly outcome: "done" } | { readonly outcome: "notFound" };

export async function setDmarc(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, sp, np, t, strictDkim, strictSpf, ...form }: DmarcForm,
): Promise<Changed> {
  const dmarc: DmarcPolicy = {
    ...form,
    ...(sp !== "" && { sp }),
    ...(np !== "" && { np }),
    ...(t && { t }),
    ...(strictDkim && { strictDkim }),
    ...(strictSpf && { strictSpf }),
  };
  return change(ctx, actor, name, async (tx, domain) => {
    const before = dmarcText(domain.dmarc ?? startingDmarc(domain.name));
    const after = dmarcText(dmarc);
    if (before === after) return;
    await setPolicies(tx, domain.id, { dmarc, dmarcChangedAt: new Date() });
    await tell(tx, actor, { domain, action: "policy.dmarc", changes: { dmarc: [before, after] } });
  });
}

export async function setTlsReports(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, to }: TlsReportsForm,
): Promise<Changed> {
  return change(ctx, actor, name, async (tx, domain) => {
    const [before, after] = [domain.tlsReportsTo ?? null, to === "" ? null : to];
    if (before === after) return;
    await setPolicies(tx, domain.id, { tlsReportsTo: after });
    const changes = { to: [before, after] } as const;
    await tell(tx, actor, { domain, action: "policy.tlsReports", changes });
  });
}

export type MtaStsOutcome =
  | { readonly outcome: "notFound" }
  /** `id` is the one that TXT has to say now; null: nothing changed. */
  | { readonly outcome: "done"; readonly id: string | null }
  /** "enforce" without evidence: the checks that speak against it; the typed name overrides. */
  | { readonly outcome: "unproven"; readonly obstacles: readonly string[] };

/** The policy and its id change together (RFC 8461 §3.1): a sender that sees the new id fetches the new policy. */
export async function setMtaSts(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, mode, maxAge, mx, confirm }: MtaStsForm,
): Promise<MtaStsOutcome> {
  return transact<MtaStsOutcome>(ctx, async (tx) => {
    const domain = await findWritable(tx, actor, name);
    if (!domain) return { outcome: "notFound" };
    const hostName = await getHostName(ctx, tx);
    const before = policyOf(domain, hostName);
    const after: MtaStsPolicy = { mode, maxAge, mx: mx.length > 0 ? mx : [hostName] };
    if (mode === "enforce" && before.mode !== "enforce" && confirm.trim() !== domain.name) {
      const obstacles = enforceObstacles(await listPolicyEvidence(tx, domain.id));
      if (obstacles.length > 0) return { outcome: "unproven", obstacles };
    }
    if (sameOnTheWire(before, after)) return { outcome: "done", id: null };
    const now = new Date();
    const id = newPolicyId(now, domain.mtaStsId);
    await setPolicies(tx, domain.id, {
      ...{ mtaStsMode: mode, mtaStsMaxAge: maxAge, mtaStsMx: mx, mtaStsId: id },
      mtaStsChangedAt: now,
      mtaStsHeldUntil: heldUntil(before, domain.mtaStsHeldUntil, now),
    });
    const changes = { policy: [before, after], id: [domain.mtaStsId, id] } as const;
    await tell(tx, actor, { domain, action: "policy.mtaSts", changes });
    return { outcome: "done", id };
  });
}

const sameOnTheWire = (a: MtaStsPolicy, b: MtaStsPolicy) =>
  a.mode === b.mode && a.maxAge === b.maxAge && a.mx.join() === b.mx.join();

async function findWritable(tx: Db, actor: Actor, name: string): Promise<Domain | null> {
  const domain = await findDomain(tx, name);
  return domain && can(actor, "policy.write", domain.id) ? domain : null;
}

function change(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
  work: (tx: Db, domain: Domain) => Promise<void>,
): Promise<Changed> {
  return transact<Changed>(ctx, async (tx) => {
    const domain = await findWritable(tx, actor, name);
    if (!domain) return { outcome: "notFound" };
    await work(tx, domain);
    return { outcome: "done" };
  });
}

interface Told {
  readonly domain: Domain;
  readonly action: string;
  readonly changes: Record<string, readonly [before: unknown, after: unknown]>;
}

async function tell(tx: Db, actor: Actor, { domain, action, changes }: Told): Promise<void> {
  await audit(tx, actor, { action, subject: domain.name, domainId: domain.id, changes });
}
