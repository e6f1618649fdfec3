/**
 * What the world answers for a domain, as the engine last saw it, and what people may do about it: ask for
 * a look, say that a page is open, accept a deviation with a reason.
 */
import type { CheckKind } from "../mail/dns/check.ts";
import { capabilitiesOf, type Capability } from "../mail/dns/capabilities.ts";
import { nextStepOf, type NextStep } from "../mail/dns/next-step.ts";
import type { ExpectedRecord } from "../mail/dns-records.ts";
import { expectedRecords, serverRecords } from "../mail/dns-records.ts";
import type { ServerProfile } from "../mail/server-profile.ts";
import type { Db } from "../storage/client.ts";
import { listDkimPublicKeys } from "../storage/dkim-keys.ts";
import * as store from "../storage/dns-checks.ts";
import type {
  AlarmView,
  BrokenView,
  DnsChangeView,
  DnsCheckView,
  WatchView,
} from "../storage/dns-checks.ts";
import {
  readMatrix,
  type DomainStates,
  type HealthCounts,
  type Matrix,
  type MatrixPage,
} from "../storage/capabilities.ts";
import { findDomain, findDomainName, type Domain } from "../storage/domains.ts";
import { getServerProfile } from "../storage/server-profile.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { can, domainsWhere } from "./permissions.ts";

export type { AlarmView, BrokenView, DnsChangeView, DnsCheckView, WatchView };
export type { DomainStates, HealthCounts };

/** "Check now" for one domain, by whomever: the name servers are not ours to hammer. */
export const CHECK_EVERY_SECONDS = 10;
/** A page says every twenty seconds that it is open. */
export const VIEWED_SECONDS = 40;

export interface DomainChecks {
  readonly domain: Domain;
  readonly server: ServerProfile;
  readonly records: readonly ExpectedRecord[];
  /** The domain's own; empty before the first look. */
  readonly checks: readonly DnsCheckView[];
  /** Those of the server that concern every domain. */
  readonly serverChecks: readonly DnsCheckView[];
  readonly capabilities: readonly Capability[];
  readonly nextStep: NextStep | null;
  readonly watch: WatchView | null;
  readonly alarms: readonly AlarmView[];
  readonly may: { readonly check: boolean; readonly accept: boolean };
}

export async function getDomainChecks(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
): Promise<DomainChecks | null> {
  const domain = await findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "domain.read", domain.id)) return null;
  return readDomainChecks(ctx, domain, {
    check: can(actor, "dns.check", domain.id),
    accept: can(actor, "dns.accept", domain.id),
  });
}

/** For who was authorised otherwise (a share link). */
export async function readDomainChecks(
  ctx: ServiceContext,
  domain: Domain,
  may: DomainChecks["may"],
): Promise<DomainChecks> {
  const { prisma } = ctx;
  const open = { domains: [domain.id], server: false, state: "open", search: "" } as const;
  // Before the checks: they are never older than the look that it tells of.
  const watch = await store.findWatch(prisma, domain.id);
  const [server, dkim, checks, serverChecks, alarms] = await Promise.all([
    getServerProfile(prisma, ctx.hostName),
    listDkimPublicKeys(prisma, domain.id),
    store.listChecks(prisma, domain.id),
    store.listChecks(prisma, null),
    store.listAlarms(prisma, open, { before: "", limit: 50 }),
  ]);
  const all = [...checks, ...serverChecks];
  return {
    ...{ domain, server, checks, serverChecks, watch, alarms, may },
    records: expectedRecords({ ...server, domain, dkim }),
    capabilities: capabilitiesOf(all, domain.name),
    nextStep: nextStepOf(checks),
  };
}

export interface ServerChecks {
  readonly server: ServerProfile;
  readonly records: readonly ExpectedRecord[];
  readonly checks: readonly DnsCheckView[];
  readonly watch: WatchView | null;
  readonly mayCheck: boolean;
}

/** What the server is, the records that are needed once, and what was seen of them. Null: not for this actor. */
export async function getServerChecks(
  ctx: ServiceContext,
  actor: Actor,
): Promise<ServerChecks | null> {
  if (!can(actor, "server.read", null)) return null;
  const { prisma } = ctx;
  const watch = await store.findWatch(prisma, null); // first, as above
  const [server, checks] = await Promise.all([
    getServerProfile(prisma, ctx.hostName),
    store.listChecks(prisma, null),
  ]);
  const own = await findDomain(prisma, server.hostName);
  const records = serverRecords(server, own ? [own.name] : []);
  return { server, records, checks, watch, mayCheck: can(actor, "server.write", null) };
}

/** Null: the server itself. */
type Subject = string | null;

/** The row's id, or null for the server; undefined when this actor may not. */
async function subjectFor(
  db: Db,
  actor: Actor,
  { subject, permission }: { subject: Subject; permission: "dns.check" | "dns.accept" },
): Promise<{ domainId: string | null; name: string } | undefined> {
  if (subject === null)
    return can(actor, "server.write", null) ? { domainId: null, name: "server" } : undefined;
  const domain = await findDomain(db, subject);
  if (!domain || !can(actor, permission, domain.id)) return undefined;
  return { domainId: domain.id, name: domain.name };
}

export type CheckNowOutcome =
  | { readonly outcome: "done" }
  | { readonly outcome: "notFound" }
  | { readonly outcome: "tooSoon"; readonly seconds: number };

/** A look as soon as an engine has time. `published`: "I have added these", the schedule begins anew. */
export async function checkNow(
  ctx: ServiceContext,
  actor: Actor,
  { subject, published = false }: { subject: Subject; published?: boolean },
): Promise<CheckNowOutcome> {
  const found = await subjectFor(ctx.prisma, actor, { subject, permission: "dns.check" });
  if (!found) return { outcome: "notFound" };
  const options = { everySeconds: CHECK_EVERY_SECONDS, anew: published };
  const seconds = await store.askForLookNow(ctx.prisma, found.domainId, options);
  return seconds === 0 ? { outcome: "done" } : { outcome: "tooSoon", seconds };
}

/** Null when this actor may not know of it. */
async function readableSubject(
  db: Db,
  actor: Actor,
  subject: Subject,
): Promise<{ readonly domainId: string | null } | null> {
  if (subject === null) return can(actor, "server.read", null) ? { domainId: null } : null;
  const domain = await findDomain(db, subject);
  return domain && can(actor, "domain.read", domain.id) ? { domainId: domain.id } : null;
}

/** The page of a domain (null: of the server) is open and visible. Whoever may read it may look at it. */
export async function markViewed(
  ctx: ServiceContext,
  actor: Actor,
  subject: Subject,
): Promise<"done" | "notFound"> {
  const readable = await readableSubject(ctx.prisma, actor, subject);
  if (!readable) return "notFound";
  await store.setViewed(ctx.prisma, readable.domainId, VIEWED_SECONDS);
  return "done";
}

/** News about a domain's checks ("server": the server's): its name, for who may read it; else null. */
export async function subjectOfNews(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
): Promise<string | null> {
  if (id === "server") return can(actor, "server.read", null) ? id : null;
  if (!can(actor, "domain.read", id)) return null;
  return findDomainName(ctx.prisma, id);
}

export interface Acceptance {
  readonly subject: Subject;
  readonly key: string;
  readonly note: string;
}

/** "I have a reason": what is found now counts as right until something else is found. */
export async function acceptDeviation(
  ctx: ServiceContext,
  actor: Actor,
  { subject, key, note }: Acceptance,
): Promise<"done" | "notFound" | "nothingToAccept"> {
  return transact(ctx, async (tx) => {
    const found = await subjectFor(tx, actor, { subject, permission: "dns.accept" });
    const check = found && (await store.findCheck(tx, found.domainId, key));
    if (!found || !check) return "notFound";
    if (["ok", "off", "unknown"].includes(check.verdict)) return "nothingToAccept";
    const { domainId, name } = found;
    await store.setAcceptance(tx, { domainId, key }, { by: actor.name, note, found: check.found });
    const changes = { accepted: [check.verdict, note], found: [null, check.found] } as const;
    await audit(tx, actor, { action: "dns.accept", subject: `${name} ${key}`, domainId, changes });
    return "done";
  });
}

export async function withdrawAcceptance(
  ctx: ServiceContext,
  actor: Actor,
  { subject, key }: Omit<Acceptance, "note">,
): Promise<"done" | "notFound"> {
  return transact(ctx, async (tx) => {
    const found = await subjectFor(tx, actor, { subject, permission: "dns.accept" });
    const check = found && (await store.findCheck(tx, found.domainId, key));
    if (!found || !check?.ack) return "notFound";
    const { domainId, name } = found;
    await store.setAcceptance(tx, { domainId, key }, null);
    await store.askForLookNow(tx, domainId, { everySeconds: 0, anew: false });
    const changes = { accepted: [check.ack.note, null] } as const;
    await audit(tx, actor, { action: "dns.accept", subject: `${name} ${key}`, domainId, changes });
    return "done";
  });
}

interface Paging {
  readonly before?: string;
  readonly limit?: number;
}

/** A change, and what it was about as far as that is still looked at. */
export interface NamedChange extends DnsChangeView {
  readonly kind: CheckKind | null;
  readonly name: string | null;
}

export interface Changes {
  /** Null: the server itself. */
  readonly domain: string | null;
  readonly rows: readonly NamedChange[];
  readonly next: string | null;
  /** What is looked at now: to choose from. */
  readonly checks: readonly Pick<DnsCheckView, "key" | "kind" | "name" | "type">[];
}

/**
 * What changed for a domain (`name` null: for the server), or for one of its checks, newest first; null for who may
 * not know of it.
 */
export async function listChanges(
  ctx: ServiceContext,
  actor: Actor,
  {
    name,
    key = null,
    before = "",
    limit = 50,
  }: Paging & { name: string | null; key?: string | null },
): Promise<Changes | null> {
  const readable = await readableSubject(ctx.prisma, actor, name);
  if (!readable) return null;
  const { domainId } = readable;
  const of = { domainId, key };
  const [found, checks] = await Promise.all([
    store.listChanges(ctx.prisma, of, { before, limit: limit + 1 }),
    store.listChecks(ctx.prisma, domainId),
  ]);
  const known = new Map(checks.map((check) => [check.key, check]));
  const { rows, next } = pageOf(found, limit);
  return {
    domain: name,
    rows: rows.map((row) => {
      const check = known.get(row.key);
      return { ...row, kind: check?.kind ?? null, name: check?.name ?? null };
    }),
    next,
    checks,
  };
}

export interface AlarmFilter extends Paging {
  readonly state?: "open" | "closed" | "any";
  /** Part of a domain's name. */
  readonly search?: string;
}

/** Alarms of all domains that the actor may read, and of the server for who reads that; newest first. */
export async function listAlarms(
  ctx: ServiceContext,
  actor: Actor,
  { state = "open", search = "", before = "", limit = 50 }: AlarmFilter,
): Promise<{ rows: readonly AlarmView[]; next: string | null }> {
  const domains = domainsWhere(actor, "domain.read");
  const server = can(actor, "server.read", null);
  const scope = { domains, server, state, search };
  return pageOf(await store.listAlarms(ctx.prisma, scope, { before, limit: limit + 1 }), limit);
}

function pageOf<T extends { readonly id: string }>(found: readonly T[], limit: number) {
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}

/** The five capabilities of the domains that the actor may read: how many are how, and a page of them. */
export function getCapabilityMatrix(
  ctx: ServiceContext,
  actor: Actor,
  page: Omit<MatrixPage, "allowed">,
): Promise<Matrix> {
  return readMatrix(ctx.prisma, { ...page, allowed: domainsWhere(actor, "domain.read") });
}

/** The same for the rows of a list, by id. The caller has authorised them. Null: nobody has looked yet. */
export async function capabilityStates(
  ctx: ServiceContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DomainStates["states"]>> {
  const page = { allowed: ids, sort: "name", after: "", limit: ids.length } as const;
  const { rows } = await readMatrix(ctx.prisma, page);
  return new Map(rows.map(({ id, states }) => [id, states]));
}

/** Required and wrong, without an alarm; one for each domain, and for the server for who reads that. */
export function listBroken(
  ctx: ServiceContext,
  actor: Actor,
  limit: number,
): Promise<readonly BrokenView[]> {
  const scope = {
    domains: domainsWhere(actor, "domain.read"),
    server: can(actor, "server.read", null),
  };
  return store.listBroken(ctx.prisma, scope, limit);
}

/** An alarm about the server is open, or something required of it is wrong; false for who may not know. */
export async function serverNeedsAttention(ctx: ServiceContext, actor: Actor): Promise<boolean> {
  if (!can(actor, "server.read", null)) return false;
  const of = { domains: [], server: true } as const;
  const [alarms, broken] = await Promise.all([
    store.listAlarms(ctx.prisma, { ...of, state: "open", search: "" }, { before: "", limit: 1 }),
    store.listBroken(ctx.prisma, of, 1),
  ]);
  return alarms.length + broken.length > 0;
}
