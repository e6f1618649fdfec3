/** Read-only links to a domain's records. The token is known to the link alone: here is its SHA-256. */
import type { Db } from "./client.ts";

export interface ShareLink {
  readonly id: string;
  readonly domainId: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** The account that made it; null: the command line. */
  readonly createdById: string | null;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
}

const columns = {
  id: true,
  domainId: true,
  createdAt: true,
  createdBy: true,
  createdById: true,
  expiresAt: true,
  lastUsedAt: true,
} as const;

const isOpen = (now: Date) => ({ revokedAt: null, expiresAt: { gt: now } });

/** Lines up those who make links to a domain. */
export async function lockShareLinks(db: Db, domainId: string): Promise<void> {
  await db.$queryRaw`select 1 from domain where id = ${domainId}::uuid for no key update`;
}

export interface NewShareLink {
  readonly domainId: string;
  readonly tokenHash: Buffer;
  readonly createdBy: string;
  readonly createdById: string | null;
  readonly expiresAt: Date;
}

/** Also forgets those of the domain that are of no more use. */
export async function createShareLink(db: Db, link: NewShareLink, now: Date): Promise<string> {
  const { domainId, tokenHash } = link;
  await db.shareLink.deleteMany({ where: { domainId, expiresAt: { lt: now } } });
  const data = { ...link, tokenHash: new Uint8Array(tokenHash) };
  return (await db.shareLink.create({ data, select: { id: true } })).id;
}

/** Newest first. */
export function listOpenShareLinks(db: Db, domainId: string, now: Date): Promise<ShareLink[]> {
  const where = { domainId, ...isOpen(now) };
  return db.shareLink.findMany({ where, select: columns, orderBy: { id: "desc" } });
}

/** Also one that has ended. */
export function findShareLink(db: Db, id: string): Promise<ShareLink | null> {
  return db.shareLink.findUnique({ where: { id }, select: columns });
}

/** Null for one that has ended, as for one that never was. */
export function findOpenShareLink(db: Db, tokenHash: Buffer, now: Date): Promise<ShareLink | null> {
  const where = { tokenHash: new Uint8Array(tokenHash), ...isOpen(now) };
  return db.shareLink.findFirst({ where, select: columns });
}

/** A page that is open is drawn every half minute; more than one write a minute would say nothing more. */
const NOTED_EVERY_MS = 60_000;

export async function noteShareLinkUse(db: Db, id: string, now: Date): Promise<void> {
  const since = new Date(now.getTime() - NOTED_EVERY_MS);
  await db.shareLink.updateMany({
    where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: since } }] },
    data: { lastUsedAt: now },
  });
}

/** True for the one caller who ended it. */
export async function setShareLinkRevoked(db: Db, id: string, now: Date): Promise<boolean> {
  const { count } = await db.shareLink.updateMany({
    where: { id, ...isOpen(now) },
    data: { revokedAt: now },
  });
  return count > 0;
}
