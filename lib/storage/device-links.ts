/** One-time links that give a device its profile. The token is known to the link alone: here is its SHA-256. */
import type { Db } from "./client.ts";

export interface DeviceLink {
  readonly id: string;
  readonly mailboxId: string;
  readonly name: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly appPasswordId: string | null;
}

const columns = {
  id: true,
  mailboxId: true,
  name: true,
  expiresAt: true,
  usedAt: true,
  appPasswordId: true,
} as const;

export interface NewDeviceLink {
  readonly mailboxId: string;
  readonly name: string;
  readonly tokenHash: Buffer;
  readonly expiresAt: Date;
}

/** Also forgets those of the mailbox that are of no more use. */
export async function createDeviceLink(db: Db, link: NewDeviceLink, now: Date): Promise<string> {
  const { mailboxId, tokenHash } = link;
  await db.deviceLink.deleteMany({ where: { mailboxId, expiresAt: { lt: now } } });
  const data = { ...link, tokenHash: new Uint8Array(tokenHash) };
  return (await db.deviceLink.create({ data, select: { id: true } })).id;
}

export function findDeviceLink(db: Db, tokenHash: Buffer): Promise<DeviceLink | null> {
  const where = { tokenHash: new Uint8Array(tokenHash) };
  return db.deviceLink.findUnique({ where, select: columns });
}

/** Takes the link if nobody has and it is not too late; null else. One caller of many gets it. */
export async function takeDeviceLink(
  db: Db,
  tokenHash: Buffer,
  now: Date,
): Promise<DeviceLink | null> {
  const where = { tokenHash: new Uint8Array(tokenHash) };
  const { count } = await db.deviceLink.updateMany({
    where: { ...where, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  return count === 0 ? null : findDeviceLink(db, tokenHash);
}

export async function setLinkAppPassword(db: Db, id: string, appPasswordId: string): Promise<void> {
  await db.deviceLink.update({ where: { id }, data: { appPasswordId }, select: { id: true } });
}

/** Links that were made and not yet used are worth nothing any more. */
export async function endDeviceLinks(db: Db, mailboxId: string, now: Date): Promise<void> {
  await db.deviceLink.updateMany({
    where: { mailboxId, usedAt: null, expiresAt: { gt: now } },
    data: { expiresAt: now },
  });
}
