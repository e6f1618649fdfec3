/**
 * What a domain is used for here (lib/mail/domain-mode.ts), changed later: a preview of what follows, and the
 * change. Nothing is deleted by it: mailboxes, aliases and keys stay, and count again when the mode does.
 *
 * Refused while senders hold an MTA-STS policy of ours that they enforce (RFC 8461 §5.1): they would not deliver
 * to anybody else's hosts. What would lose mail by an oversight wants to be confirmed.
 */
import { receivesMail, sendsMail, type DomainMode } from "../mail/domain-mode.ts";
import { expectedRecords } from "../mail/dns-records.ts";
import { modeChange, type ModeChange } from "../mail/dns/mode-change.ts";
import type { SetDomainMode } from "../schemas/domains.ts";
import type { Db } from "../storage/client.ts";
import { createDkimKeys, listDkimPublicKeys, usedSelectors } from "../storage/dkim-keys.ts";
import { askForLookNow, listChecks, type DnsCheckView } from "../storage/dns-checks.ts";
import * as store from "../storage/domains.ts";
import type { Domain, DomainCounts } from "../storage/domains.ts";
import { newSealedKeys, type SealedKey } from "../storage/seal-dkim-keys.ts";
import { getServerProfile } from "../storage/server-profile.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { can } from "./permissions.ts";

/** What a person has to know before, and to confirm. */
export type ModeDanger =
  | "mxHere" // MX was seen to lead here: mail would be refused from now on
  | "held"; // senders may remember a policy that names this server alone

export interface ModePreview {
  readonly domain: Domain;
  readonly to: DomainMode;
  readonly records: ModeChange;
  readonly dangers: readonly ModeDanger[];
  /** Refused whatever is confirmed: MTA-STS is enforced. */
  readonly enforced: boolean;
  readonly counts: DomainCounts;
  readonly may: boolean;
}

/** Null when there is no such domain, or this actor may not know of it. */
export async function previewDomainMode(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, mode }: { readonly domain: string; readonly mode: DomainMode | null },
): Promise<ModePreview | null> {
  const domain = await store.findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "domain.read", domain.id)) return null;
  const to = mode ?? domain.mode;
  const [profile, dkim, counts, obstacles] = await Promise.all([
    getServerProfile(ctx.prisma, ctx.hostName),
    listDkimPublicKeys(ctx.prisma, domain.id),
    store.countInDomains(ctx.prisma, [domain.id]),
    obstaclesTo(ctx.prisma, domain, to),
  ]);
  const recordsOf = (used: Domain) => expectedRecords({ ...profile, domain: used, dkim });
  return {
    ...{ domain, to, ...obstacles, may: can(actor, "domain.setMode", domain.id) },
    records: modeChange(recordsOf(domain), recordsOf({ ...domain, mode: to })),
    counts: counts.get(domain.id) ?? { mailboxes: 0, aliases: 0, usedBytes: 0 },
  };
}

interface Obstacles {
  readonly dangers: readonly ModeDanger[];
  readonly enforced: boolean;
}

/** As far as it is known: what nobody has looked at is no danger that could be named. */
async function obstaclesTo(db: Db, domain: Domain, to: DomainMode): Promise<Obstacles> {
  if (!receivesMail(domain.mode) || receivesMail(to)) return { dangers: [], enforced: false };
  const checks = await listChecks(db, domain.id);
  const leadsHere = checks.some((check) => check.kind === "mx" && isSeen(check));
  const isHeld = domain.mtaStsHeldUntil !== null && domain.mtaStsHeldUntil > new Date();
  return {
    dangers: [...(leadsHere ? (["mxHere"] as const) : []), ...(isHeld ? (["held"] as const) : [])],
    enforced: domain.mtaStsMode === "enforce",
  };
}

type Seen = Pick<DnsCheckView, "verdict" | "found" | "expected">;

/** An MX record of ours: there, alone or beside others, also when the last look found nothing out. */
const isSeen = ({ verdict, found, expected }: Seen) =>
  ["ok", "weak", "partial"].includes(verdict) ||
  found.some((value) => expected.some((own) => hostOf(own) === hostOf(value)));
const hostOf = (mx: string) => mx.slice(mx.indexOf(" ") + 1);

export type ModeOutcome =
  | { readonly outcome: "done"; readonly mode: DomainMode }
  | { readonly outcome: "notFound" | "enforced" }
  | { readonly outcome: "unconfirmed"; readonly dangers: readonly ModeDanger[] };

export async function setDomainMode(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, mode, sure }: SetDomainMode,
): Promise<ModeOutcome> {
  const known = await store.findDomain(ctx.prisma, name);
  if (!known || !can(actor, "domain.setMode", known.id)) return { outcome: "notFound" };
  // Outside of the transaction: an RSA key takes a while.
  const keys = await keysFor(ctx, known, mode);
  return transact<ModeOutcome>(ctx, async (tx) => {
    await store.lockNames(tx, known.id);
    const domain = await store.findDomain(tx, name);
    if (!domain || !can(actor, "domain.setMode", domain.id)) return { outcome: "notFound" };
    if (domain.mode === mode) return { outcome: "done", mode };
    const { dangers, enforced } = await obstaclesTo(tx, domain, mode);
    if (enforced) return { outcome: "enforced" };
    if (dangers.length > 0 && !sure) return { outcome: "unconfirmed", dangers };
    await store.setDomainMode(tx, domain.id, mode);
    if ((await listDkimPublicKeys(tx, domain.id)).length === 0)
      await createDkimKeys(
        tx,
        keys.map((key) => ({ ...key, domainId: domain.id })),
      );
    await askForLookNow(tx, domain.id, { everySeconds: 0, anew: true });
    const changes = { mode: [domain.mode, mode] } as const;
    await audit(tx, actor, {
      ...{ action: "domain.mode", subject: domain.name, domainId: domain.id, changes },
    });
    return { outcome: "done", mode };
  });
}

/** A domain that was only watched has no keys yet. */
async function keysFor(
  ctx: ServiceContext,
  { id, mode: before }: Domain,
  mode: DomainMode,
): Promise<readonly SealedKey[]> {
  if (mode === before || !needsKeys(mode)) return [];
  if ((await listDkimPublicKeys(ctx.prisma, id)).length > 0) return [];
  return newSealedKeys(ctx.secrets, { taken: await usedSelectors(ctx.prisma, id) });
}

/** One that receives seals with them what it forwards (ARC). */
export const needsKeys = (mode: DomainMode): boolean => sendsMail(mode) || receivesMail(mode);
