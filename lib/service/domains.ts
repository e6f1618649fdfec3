/** Mail domains: adding one, listing them, and the records that the world should show for each. */
import { newPolicyId } from "../mail/mta-sts.ts";
import { expectedRecords, type ExpectedRecord } from "../mail/dns-records.ts";
import type { DomainMode } from "../mail/domain-mode.ts";
import { createDkimKeys, listDkimPublicKeys } from "../storage/dkim-keys.ts";
import { createWatches } from "../storage/dns-checks.ts";
import { newSealedKeys } from "../storage/seal-dkim-keys.ts";
import * as store from "../storage/domains.ts";
import type { Domain, DomainCounts } from "../storage/domains.ts";
import { getServerProfile } from "../storage/server-profile.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { needsKeys } from "./domain-mode.ts";
import { can, domainsWhere } from "./permissions.ts";

export type CreateDomainOutcome =
  | { readonly outcome: "done"; readonly domainId: string; readonly name: string }
  | { readonly outcome: "taken" }
  | { readonly outcome: "notAllowed" };

export interface DomainToAdd {
  readonly name: string;
  readonly mode?: DomainMode;
  /** Reports of DMARC and TLS; absent: the domain's postmaster. */
  readonly reportsTo?: string | undefined;
}

/** Adds the domain with a pair of signing keys, which sign as soon as DNS shows them; a watched one has none. */
export async function createDomain(
  ctx: ServiceContext,
  actor: Actor,
  { name, mode = "full", reportsTo }: DomainToAdd,
): Promise<CreateDomainOutcome> {
  if (!can(actor, "domain.create", null)) return { outcome: "notAllowed" };
  const keys = needsKeys(mode) ? await newSealedKeys(ctx.secrets) : [];
  return transact<CreateDomainOutcome>(ctx, async (tx) => {
    const row = { name, mode, reportsTo, mtaStsId: newPolicyId(new Date()) };
    const [made] = await store.createDomains(tx, [row]);
    if (!made) return { outcome: "taken" };
    const domainId = made.id;
    await createDkimKeys(
      tx,
      keys.map((key) => ({ ...key, domainId })),
    );
    await createWatches(tx, [domainId]);
    const changes = { mode: [null, mode] } as const;
    await audit(tx, actor, { action: "domain.create", subject: name, domainId, changes });
    return { outcome: "done", domainId, name };
  });
}

export interface DomainRow extends Domain, DomainCounts {}

export interface DomainList {
  readonly rows: readonly DomainRow[];
  /** Name to ask for the next page with, or null at the end. */
  readonly next: string | null;
}

export async function listDomains(
  ctx: ServiceContext,
  actor: Actor,
  page: { search?: string; after?: string; limit?: number } = {},
): Promise<DomainList> {
  const { search = "", after = "", limit = 50 } = page;
  const allowed = domainsWhere(actor, "domain.read");
  const found = await store.listDomains(ctx.prisma, { allowed, search, after, limit: limit + 1 });
  const rows = found.slice(0, limit);
  const counts = await store.countInDomains(
    ctx.prisma,
    rows.map((row) => row.id),
  );
  const none = { mailboxes: 0, aliases: 0, usedBytes: 0 };
  return {
    rows: rows.map((row) => ({ ...row, ...(counts.get(row.id) ?? none) })),
    next: found.length > limit ? (rows.at(-1)?.name ?? null) : null,
  };
}

/** The first domain of those that the actor may read whose DNS is not seen to be right; null: all are. */
export function firstUnsettledDomain(ctx: ServiceContext, actor: Actor): Promise<string | null> {
  return store.findUnsettledDomain(ctx.prisma, domainsWhere(actor, "domain.read"));
}

/** The first domain without a mailbox in which the actor may make one; null: each has one. */
export function firstBareDomain(ctx: ServiceContext, actor: Actor): Promise<string | null> {
  return store.findBareDomain(ctx.prisma, domainsWhere(actor, "mailbox.create"));
}

/** In all domains that the actor may read. */
export function countMailboxes(ctx: ServiceContext, actor: Actor): Promise<number> {
  return store.countMailboxes(ctx.prisma, domainsWhere(actor, "mailbox.read"));
}

/** Null when there is none of that name, or none that this actor may know of. */
export async function getDomain(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
): Promise<DomainRow | null> {
  const domain = await store.findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "domain.read", domain.id)) return null;
  const counts = await store.countInDomains(ctx.prisma, [domain.id]);
  return { ...domain, ...(counts.get(domain.id) ?? { mailboxes: 0, aliases: 0, usedBytes: 0 }) };
}

export interface DomainRecords {
  readonly domain: Domain;
  readonly hostName: string;
  readonly records: readonly ExpectedRecord[];
}

/** What DNS should say for the domain. Nothing here was looked up. */
export async function getDomainRecords(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
): Promise<DomainRecords | null> {
  const domain = await store.findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "domain.read", domain.id)) return null;
  const [profile, dkim] = await Promise.all([
    getServerProfile(ctx.prisma, ctx.hostName),
    listDkimPublicKeys(ctx.prisma, domain.id),
  ]);
  const { hostName } = profile;
  const records = expectedRecords({ ...profile, domain, dkim });
  return { domain, hostName, records };
}
