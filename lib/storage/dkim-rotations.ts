/** Rotations of signing keys as the console reads and changes them; engines: key-life.ts. */
import type { DkimMode, Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";

const columns = {
  ...{ id: true, domainId: true, startedAt: true, startedBy: true, scheduled: true },
  ...{ switchedAt: true, finishedAt: true, cancelledAt: true, cancelledBy: true },
} as const;
export type DkimRotation = Prisma.DkimRotationGetPayload<{ select: typeof columns }>;

const OPEN = { finishedAt: null, cancelledAt: null };

export async function findRotation(db: Db, id: string): Promise<DkimRotation | null> {
  return db.dkimRotation.findUnique({ where: { id }, select: columns });
}

export async function listOpenRotations(db: Db, domainId: string): Promise<DkimRotation[]> {
  const where = { domainId, ...OPEN };
  return db.dkimRotation.findMany({ where, select: columns, orderBy: { startedAt: "asc" } });
}

export async function findLastRotation(db: Db, domainId: string): Promise<DkimRotation | null> {
  const where = { domainId, finishedAt: { not: null } };
  return db.dkimRotation.findFirst({ where, select: columns, orderBy: { finishedAt: "desc" } });
}

export async function createRotation(
  db: Db,
  data: { id: string; domainId: string; startedAt: Date; startedBy: string },
): Promise<void> {
  await db.dkimRotation.create({ data, select: { id: true } });
}

export type RotationChange = Partial<
  Pick<DkimRotation, "scheduled" | "cancelledAt" | "cancelledBy">
>;

export async function setRotation(db: Db, id: string, data: RotationChange): Promise<void> {
  await db.dkimRotation.update({ where: { id }, data, select: { id: true } });
}

/** How a domain's new keys are published, and how often they change. */
export interface KeySettings {
  readonly mode: DkimMode;
  /** Null: when somebody asks. */
  readonly rotateDays: number | null;
}

export async function getKeySettings(db: Db, domainId: string): Promise<KeySettings> {
  const select = { dkimMode: true, dkimRotateDays: true };
  const row = await db.domain.findUniqueOrThrow({ where: { id: domainId }, select });
  return { mode: row.dkimMode, rotateDays: row.dkimRotateDays };
}

export async function setKeySettings(
  db: Db,
  domainId: string,
  { mode: dkimMode, rotateDays: dkimRotateDays }: KeySettings,
): Promise<void> {
  const data = { dkimMode, dkimRotateDays };
  await db.domain.update({ where: { id: domainId }, data, select: { id: true } });
}

/**
 * Whether the server may publish `name` by itself: for the domain, or (null) among its own names. The
 * same question as `findAutomaticCredential` of dns-credentials.ts, without the secret.
 */
export async function hasAutomaticCredential(
  db: Db,
  { domainId, name }: { domainId: string | null; name: string },
): Promise<boolean> {
  const rows = await db.dnsCredential.findMany({
    where: { automatic: true, ...(domainId && { OR: [{ domainId: null }, { domainId }] }) },
    select: { zones: true, domain: { select: { name: true } } },
  });
  const holds = (zone: string) => name === zone || name.endsWith(`.${zone}`);
  return rows.some(({ domain, zones }) => {
    if (domain !== null) return domainId !== null || holds(domain.name);
    return zones.length === 0 || zones.some(holds);
  });
}

/** What the checks last said of the records of a domain's keys. */
export interface KeyCheck {
  readonly key: string;
  readonly verdict: string;
  readonly reasons: Prisma.JsonValue;
  readonly checkedAt: Date;
}

export async function listKeyChecks(db: Db, domainId: string): Promise<KeyCheck[]> {
  const where = { domainId, kind: "dkim" };
  const select = { key: true, verdict: true, reasons: true, checkedAt: true };
  return db.dnsCheck.findMany({ where, select });
}
