/** Checks, their history, alarms and the watch as the console reads them. Engines write: dns-check-rows.ts. */
import type { Prisma } from "../../prisma/generated/client.ts";
import { WRONG } from "../mail/dns/capabilities.ts";
import type { CheckResult, Fix, ShownAnswer, Verdict } from "../mail/dns/check.ts";
import { VERDICTS } from "../mail/dns/check.ts";
import type { ZoneFacts } from "../mail/dns/observer.ts";
import type { Reason } from "../mail/dns/reasons.ts";
import type { Db } from "./client.ts";
import { WATCH_CHANNEL } from "./dns-channels.ts";

/** A kept check with its past. */
export interface DnsCheckView extends Omit<CheckResult, "verdict"> {
  readonly verdict: Verdict;
  readonly firstAskedAt: Date;
  readonly firstOkAt: Date | null;
  readonly lastOkAt: Date | null;
  readonly changedAt: Date;
  readonly checkedAt: Date;
  /** An accepted deviation; null: none. It counts while exactly `found` is found. */
  readonly ack: {
    readonly by: string;
    readonly note: string;
    readonly at: Date;
    readonly found: readonly string[];
  } | null;
}

const columns = {
  ...{ key: true, kind: true, scope: true, group: true, need: true, name: true, type: true },
  ...{ verdict: true, reasons: true, fix: true, expected: true, found: true, answers: true },
  ...{ facts: true, firstAskedAt: true, firstOkAt: true, lastOkAt: true, changedAt: true },
  ...{ checkedAt: true, ackByName: true, ackNote: true, ackAt: true, ackFound: true },
} as const;
type Row = Prisma.DnsCheckGetPayload<{ select: typeof columns }>;

/** JSON and words that this version's engine wrote (dns-check-rows.ts): their shapes are its types. */
function toCheck({ ackByName, ackNote, ackAt, ackFound, ...row }: Row): DnsCheckView {
  const { kind, scope, group, need } = row as unknown as CheckResult;
  const verdict = VERDICTS.find((known) => known === row.verdict) ?? "unknown";
  const ack = ackAt && {
    by: ackByName ?? "",
    note: ackNote ?? "",
    at: ackAt,
    found: ackFound,
  };
  return {
    ...row,
    ...{ kind, scope, group, need, verdict, ack },
    reasons: row.reasons as unknown as Reason[],
    fix: row.fix as unknown as Fix | null,
    answers: row.answers as unknown as ShownAnswer[],
    facts: row.facts as unknown as Record<string, unknown>,
  };
}

/** Of a domain; with null, of the server itself. */
export async function listChecks(db: Db, domainId: string | null): Promise<DnsCheckView[]> {
  const where = { domainId };
  const rows = await db.dnsCheck.findMany({ where, select: columns, orderBy: { key: "asc" } });
  return rows.map(toCheck);
}

export async function findCheck(
  db: Db,
  domainId: string | null,
  key: string,
): Promise<DnsCheckView | null> {
  const row = await db.dnsCheck.findFirst({ where: { domainId, key }, select: columns });
  return row && toCheck(row);
}

/** The verdict follows at once; with null it is judged anew by the next look. */
export async function setAcceptance(
  db: Db,
  { domainId, key }: { domainId: string | null; key: string },
  ack: { by: string; note: string; found: readonly string[] } | null,
): Promise<void> {
  const data = ack
    ? {
        ...{ ackByName: ack.by, ackNote: ack.note, ackAt: new Date() },
        ...{ ackFound: [...ack.found], verdict: "accepted", changedAt: new Date() },
      }
    : { ackByName: null, ackNote: null, ackAt: null, ackFound: [] };
  await db.dnsCheck.updateMany({ where: { domainId, key }, data });
}

// ── History and alarms ────────────────────────────────────────────────────────────────────────────

export interface DnsChangeView {
  readonly id: string;
  readonly domainId: string | null;
  readonly key: string;
  readonly at: Date;
  readonly verdictBefore: string | null;
  readonly verdict: string;
  readonly foundBefore: readonly string[];
  readonly found: readonly string[];
  readonly reasons: readonly Reason[];
}

interface Page {
  /** Id of the last row of the page before; "" for the first page. */
  readonly before: string;
  readonly limit: number;
}

/** Newest first; with a key, of that check alone. */
export async function listChanges(
  db: Db,
  { domainId, key }: { domainId: string | null; key: string | null },
  { before, limit }: Page,
): Promise<DnsChangeView[]> {
  const rows = await db.dnsChange.findMany({
    where: { domainId, ...(key !== null && { key }), ...(before && { id: { lt: before } }) },
    orderBy: { id: "desc" },
    take: limit,
  });
  return rows.map((row) => ({ ...row, reasons: row.reasons as unknown as Reason[] }));
}

export interface AlarmView {
  readonly id: string;
  readonly domainId: string | null;
  /** Null: the server. */
  readonly domain: string | null;
  readonly key: string;
  readonly kind: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly verdict: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly reasons: readonly Reason[];
  readonly fix: Fix | null;
}

export interface AlarmScope {
  readonly domains: "all" | readonly string[];
  /** Those about the server itself, too. */
  readonly server: boolean;
  readonly state: "open" | "closed" | "any";
  /** Part of a domain's name; "": all, and the server. */
  readonly search: string;
}

/** Newest first. */
export async function listAlarms(
  db: Db,
  { domains, server, state, search }: AlarmScope,
  { before, limit }: Page,
): Promise<AlarmView[]> {
  const own: Prisma.AlarmWhereInput =
    domains === "all" ? { domainId: { not: null } } : { domainId: { in: [...domains] } };
  const rows = await db.alarm.findMany({
    where: {
      OR: [own, ...(server ? [{ domainId: null }] : [])],
      ...(search && { domain: { name: { contains: search } } }),
      ...(state !== "any" && { closedAt: state === "open" ? null : { not: null } }),
      ...(before && { id: { lt: before } }),
    },
    select: {
      ...{ id: true, domainId: true, key: true, kind: true, openedAt: true, closedAt: true },
      ...{ verdict: true, before: true, after: true, reasons: true, fix: true },
      domain: { select: { name: true } },
    },
    orderBy: { id: "desc" },
    take: limit,
  });
  return rows.map(({ domain, reasons, fix, ...row }) => ({
    ...row,
    domain: domain?.name ?? null,
    reasons: reasons as unknown as Reason[],
    fix: fix as unknown as Fix | null,
  }));
}

/** A required record or check that is wrong, of which no alarm tells: mostly, it was never right. */
export interface BrokenView {
  /** Null: the server. */
  readonly domain: string | null;
  readonly key: string;
  readonly kind: string;
  readonly verdict: string;
  readonly since: Date;
  /** How many others there are at the same place. */
  readonly others: number;
}

/** One for each domain, and for the server; what broke last comes first. */
export async function listBroken(
  db: Db,
  { domains, server }: Pick<AlarmScope, "domains" | "server">,
  limit: number,
): Promise<BrokenView[]> {
  const all = domains === "all";
  return db.$queryRaw<BrokenView[]>`
    SELECT * FROM (
      SELECT DISTINCT ON (c.domain_id) d.name AS domain, c.key, c.kind, c.verdict, c.changed_at AS since,
        (count(*) OVER (PARTITION BY c.domain_id) - 1)::int AS others
      FROM dns_check c LEFT JOIN domain d ON d.id = c.domain_id
      WHERE c.need LIKE 'required%' AND c.verdict = ANY(${[...WRONG]}::text[]) AND d.disabled_at IS NULL
        AND CASE WHEN c.domain_id IS NULL THEN ${server}
          ELSE ${all} OR c.domain_id = ANY(${all ? [] : [...domains]}::uuid[]) END
        AND NOT EXISTS (SELECT FROM alarm a WHERE a.domain_id IS NOT DISTINCT FROM c.domain_id
          AND a.key = c.key AND a.closed_at IS NULL)
      ORDER BY c.domain_id, c.changed_at DESC, c.key) AS one
    ORDER BY since DESC, domain LIMIT ${limit}::int`;
}

// ── The watch ─────────────────────────────────────────────────────────────────────────────────────

export interface WatchView {
  readonly checkedAt: Date | null;
  readonly nextAt: Date;
  readonly startedAt: Date;
  readonly askedAt: Date | null;
  /** A look is on its way. */
  readonly running: boolean;
  readonly ms: number | null;
  /** When everything was right for the first time. */
  readonly greenAt: Date | null;
  readonly zone: ZoneFacts | null;
}

export async function findWatch(db: Db, domainId: string | null): Promise<WatchView | null> {
  const row = await db.dnsWatch.findFirst({
    where: { domainId },
    select: {
      ...{ checkedAt: true, nextAt: true, startedAt: true, askedAt: true, leasedUntil: true },
      ...{ ms: true, greenAt: true, zone: true },
    },
  });
  if (!row) return null;
  const { leasedUntil, zone, ...rest } = row;
  const running = leasedUntil !== null && leasedUntil > new Date();
  return { ...rest, running, zone: zone as unknown as ZoneFacts | null };
}

/** New domains are looked at as soon as an engine has time. */
export async function createWatches(db: Db, domainIds: readonly string[]): Promise<void> {
  const now = new Date();
  const times = { nextAt: now, nextFullAt: now, startedAt: now };
  await db.dnsWatch.createMany({ data: domainIds.map((domainId) => ({ domainId, ...times })) });
  await tellWatch(db);
}

/**
 * Seconds until a look may be asked for again, or 0 when it was asked for now. The row keeps the time,
 * so that neither a second browser nor a second web process gets around it. `anew`: the records were just
 * published, and the watch begins its schedule again.
 */
export async function askForLookNow(
  db: Db,
  domainId: string | null,
  { everySeconds, anew }: { everySeconds: number; anew: boolean },
): Promise<number> {
  const rows = await db.$queryRaw<{ left: number }[]>`
    UPDATE dns_watch SET asked_at = now(), next_at = now(), next_full_at = now(),
      started_at = CASE WHEN ${anew} THEN now() ELSE started_at END,
      early_looks = CASE WHEN ${anew} THEN 0 ELSE early_looks END
    WHERE domain_id IS NOT DISTINCT FROM ${domainId}::uuid
      AND (asked_at IS NULL OR asked_at <= now() - make_interval(secs => ${everySeconds}::int))
    RETURNING 0 AS left`;
  if (rows.length > 0) {
    await tellWatch(db);
    return 0;
  }
  const [row] = await db.$queryRaw<{ left: number }[]>`
    SELECT ceil(extract(epoch FROM asked_at - now()) + ${everySeconds}::int)::int AS left
    FROM dns_watch WHERE domain_id IS NOT DISTINCT FROM ${domainId}::uuid`;
  return Math.max(1, row?.left ?? 1);
}

/** A page that shows the domain is open for a while; the next look is due in fifteen seconds at the latest. */
export async function setViewed(db: Db, domainId: string | null, seconds: number): Promise<void> {
  const told = await db.$queryRaw<{ sooner: boolean }[]>`
    UPDATE dns_watch SET viewed_until = now() + make_interval(secs => ${seconds}::int),
      next_at = LEAST(next_at, GREATEST(coalesce(checked_at, 'epoch') + interval '15 seconds', now()))
    WHERE domain_id IS NOT DISTINCT FROM ${domainId}::uuid RETURNING true AS sooner`;
  if (told.length > 0) await tellWatch(db);
}

async function tellWatch(db: Db): Promise<void> {
  await db.$executeRaw`SELECT pg_notify(${WATCH_CHANNEL}, '- look')`;
}
