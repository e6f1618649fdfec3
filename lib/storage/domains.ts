/** Mail domains of ours and their policy settings. Names are lower-case A-labels. */
import type { MtaStsMode, Prisma } from "../../prisma/generated/client.ts";
import { DOMAIN_MODES, domainMode, receivesMail, type DomainMode } from "../mail/domain-mode.ts";
import { startingDmarc, type DmarcPolicy } from "../mail/dns/dmarc.ts";
import { dmarcFromJson, dmarcToJson } from "../mail/dns/dmarc-json.ts";
import type { Db } from "./client.ts";

export interface Domain {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly disabled: boolean;
  readonly mtaStsMode: MtaStsMode;
  readonly mtaStsMaxAge: number;
  readonly mtaStsId: string;
  /** Empty: this server. */
  readonly mtaStsMx: readonly string[];
  readonly mtaStsChangedAt: Date | null;
  readonly mtaStsHeldUntil: Date | null;
  /** Absent: the policy that a new domain starts with. */
  readonly dmarc?: DmarcPolicy;
  readonly dmarcChangedAt: Date | null;
  /** Absent: the domain's postmaster. */
  readonly tlsReportsTo?: string;
  readonly mode: DomainMode;
  /** Where its DNS is, as somebody chose (lib/mail/dns/providers.ts `hostOf`); null: by its name servers. */
  readonly dnsHost: string | null;
}

const columns = {
  id: true,
  name: true,
  createdAt: true,
  disabledAt: true,
  mtaStsMode: true,
  mtaStsMaxAge: true,
  mtaStsId: true,
  mtaStsMx: true,
  mtaStsChangedAt: true,
  mtaStsHeldUntil: true,
  dmarc: true,
  dmarcChangedAt: true,
  tlsReportsTo: true,
  mode: true,
  dnsHost: true,
} as const;
type Row = Prisma.DomainGetPayload<{ select: typeof columns }>;
function toDomain({ disabledAt, dmarc, tlsReportsTo, mode, ...row }: Row): Domain {
  const policy = dmarcFromJson(dmarc);
  return {
    ...row,
    disabled: disabledAt !== null,
    mode: domainMode(mode),
    ...(policy && { dmarc: policy }),
    ...(tlsReportsTo !== null && { tlsReportsTo }),
  };
}

export interface DomainCounts {
  readonly mailboxes: number;
  readonly aliases: number;
  readonly usedBytes: number;
}

export async function findDomain(db: Db, name: string): Promise<Domain | null> {
  const row = await db.domain.findUnique({ where: { name }, select: columns });
  return row && toDomain(row);
}

export async function findDomainName(db: Db, id: string): Promise<string | null> {
  const row = await db.domain.findUnique({ where: { id }, select: { name: true } });
  return row?.name ?? null;
}

/** Of all domains that are not switched off. */
export async function listDomainNames(db: Db): Promise<string[]> {
  const rows = await db.domain.findMany({ where: { disabledAt: null }, select: { name: true } });
  return rows.map(({ name }) => name);
}

/** A page of the domains in `allowed`, by name, those whose name contains `search`. */
export async function listDomains(
  db: Db,
  page: { allowed: "all" | readonly string[]; search: string; after: string; limit: number },
): Promise<Domain[]> {
  const rows = await db.domain.findMany({
    where: {
      ...(page.allowed !== "all" && { id: { in: [...page.allowed] } }),
      name: { gt: page.after, ...(page.search && { contains: page.search }) },
    },
    select: columns,
    orderBy: { name: "asc" },
    take: page.limit,
  });
  return rows.map(toDomain);
}

/** Still to be published, changed or waited for; what could not be looked at is no work for people. */
const UNSETTLED = ["missing", "different", "conflict", "changed", "waiting"];

/** The first by name of the domains in `allowed` that nobody has looked at, or whose needed records are not right. */
export async function findUnsettledDomain(
  db: Db,
  allowed: "all" | readonly string[],
): Promise<string | null> {
  const wrong = { need: { not: "optional" }, verdict: { in: UNSETTLED } };
  const row = await db.domain.findFirst({
    where: {
      ...(allowed !== "all" && { id: { in: [...allowed] } }),
      disabledAt: null,
      OR: [{ watch: null }, { watch: { checkedAt: null } }, { checks: { some: wrong } }],
    },
    select: { name: true },
    orderBy: { name: "asc" },
  });
  return row?.name ?? null;
}

/** The first by name of the domains in `allowed` that have no mailbox. */
export async function findBareDomain(
  db: Db,
  allowed: "all" | readonly string[],
): Promise<string | null> {
  const row = await db.domain.findFirst({
    where: {
      ...(allowed !== "all" && { id: { in: [...allowed] } }),
      ...{
        disabledAt: null,
        mode: { in: DOMAIN_MODES.filter(receivesMail) },
        mailboxes: { none: {} },
      },
    },
    select: { name: true },
    orderBy: { name: "asc" },
  });
  return row?.name ?? null;
}

export async function countMailboxes(db: Db, allowed: "all" | readonly string[]): Promise<number> {
  const where = allowed === "all" ? {} : { domainId: { in: [...allowed] } };
  return db.mailbox.count({ where });
}

/** By id. */
export async function domainNames(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const where = { id: { in: [...ids] } };
  const rows = await db.domain.findMany({ where, select: { id: true, name: true } });
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Counts for many domains at once; a domain with nothing has zeroes. */
export async function countInDomains(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, DomainCounts>> {
  const where = { domainId: { in: [...ids] } };
  const [mailboxes, aliases] = await Promise.all([
    db.mailbox.groupBy({ by: ["domainId"], where, _count: true, _sum: { usedBytes: true } }),
    db.alias.groupBy({ by: ["domainId"], where, _count: true }),
  ]);
  const counts = new Map<string, DomainCounts>();
  for (const id of ids) {
    const boxes = mailboxes.find((row) => row.domainId === id);
    counts.set(id, {
      mailboxes: boxes?._count ?? 0,
      aliases: aliases.find((row) => row.domainId === id)?._count ?? 0,
      usedBytes: Number(boxes?._sum.usedBytes ?? 0),
    });
  }
  return counts;
}

/** Those of the names that are here, switched off or not. */
export async function existingNames(db: Db, names: readonly string[]): Promise<Set<string>> {
  const where = { name: { in: [...names] } };
  const rows = await db.domain.findMany({ where, select: { name: true } });
  return new Set(rows.map(({ name }) => name));
}

export interface NewDomainRow {
  readonly name: string;
  readonly mode: DomainMode;
  readonly mtaStsId: string;
  /** Of DMARC and TLS; undefined: the domain's postmaster. */
  readonly reportsTo: string | undefined;
}

export interface CreatedDomain {
  readonly id: string;
  readonly name: string;
}

/** Those that were not there yet; in no order. */
export async function createDomains(
  db: Db,
  rows: readonly NewDomainRow[],
): Promise<CreatedDomain[]> {
  // Not insert-and-catch: a failed statement would end the caller's transaction.
  return db.domain.createManyAndReturn({
    data: rows.map(({ reportsTo, ...row }) => ({
      ...row,
      ...(reportsTo !== undefined && {
        dmarc: dmarcToJson({ ...startingDmarc(row.name), rua: [reportsTo] }),
        tlsReportsTo: reportsTo,
      }),
    })),
    select: { id: true, name: true },
    skipDuplicates: true,
  });
}

export async function setDnsHost(db: Db, id: string, dnsHost: string | null): Promise<void> {
  await db.domain.update({ where: { id }, data: { dnsHost }, select: { id: true } });
}

export async function setDomainMode(db: Db, id: string, mode: DomainMode): Promise<void> {
  await db.domain.update({ where: { id }, data: { mode }, select: { id: true } });
}

/**
 * Lines up those who change which names exist in a domain (a name is a mailbox or an alias, never
 * both) until the transaction ends.
 */
export async function lockNames(db: Db, domainId: string): Promise<void> {
  await db.$queryRaw`select 1 from domain where id = ${domainId}::uuid for update`;
}

/** The domain whose policy the host "mta-sts.<name>" serves; where mail arrives elsewhere it is theirs to say. */
export async function findMtaStsPolicyDomain(db: Db, name: string): Promise<Domain | null> {
  const domain = await findDomain(db, name);
  return domain && !domain.disabled && receivesMail(domain.mode) ? domain : null;
}

/** A change of the policies of a domain; what is not named stays. */
export interface PolicyChange {
  readonly mtaStsMode?: MtaStsMode;
  readonly mtaStsMaxAge?: number;
  readonly mtaStsId?: string;
  readonly mtaStsMx?: string[];
  readonly mtaStsChangedAt?: Date;
  readonly mtaStsHeldUntil?: Date | null;
  readonly dmarc?: DmarcPolicy;
  readonly dmarcChangedAt?: Date;
  readonly tlsReportsTo?: string | null;
}

export async function setPolicies(
  db: Db,
  id: string,
  { dmarc, ...change }: PolicyChange,
): Promise<void> {
  const data = { ...change, ...(dmarc && { dmarc: dmarcToJson(dmarc) }) };
  await db.domain.update({ where: { id }, data, select: { id: true } });
}
