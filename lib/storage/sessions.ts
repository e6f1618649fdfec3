/** Signed-in browsers. The row decides whether a cookie still counts. */
import type { Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";

/** Whose it is: exactly one of the two (CHECK in SQL). */
export type SessionOwner = { readonly userId: string } | { readonly mailboxId: string };

export interface Session {
  readonly id: string;
  readonly userId: string | null;
  readonly mailboxId: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly remoteIp: string | null;
  readonly userAgent: string | null;
}

const columns = {
  id: true,
  userId: true,
  mailboxId: true,
  createdAt: true,
  lastSeenAt: true,
  expiresAt: true,
  remoteIp: true,
  userAgent: true,
} as const satisfies Prisma.SessionSelect;

export interface NewSession {
  readonly owner: SessionOwner;
  readonly expiresAt: Date;
  readonly remoteIp: string | null;
  readonly userAgent: string | null;
}

export async function createSession(db: Db, { owner, ...session }: NewSession): Promise<string> {
  const row = await db.session.create({ data: { ...session, ...owner }, select: { id: true } });
  return row.id;
}

/**
 * The owner's password hash now, null when there is no such owner. Nobody changes it before the caller's
 * transaction ends: who changes a password and then ends all sessions also ends what is made here.
 */
export async function lockPasswordHash(db: Db, owner: SessionOwner): Promise<string | null> {
  const rows =
    "userId" in owner
      ? await db.$queryRaw<
          HashRow[]
        >`select password_hash as hash from "user" where id = ${owner.userId}::uuid for share`
      : await db.$queryRaw<
          HashRow[]
        >`select password_hash as hash from mailbox where id = ${owner.mailboxId}::uuid for share`;
  return rows[0]?.hash ?? null;
}

interface HashRow {
  readonly hash: string;
}

/** Null when it never was, has expired, or was revoked. */
export async function findLiveSession(db: Db, id: string, now: Date): Promise<Session | null> {
  return db.session.findFirst({
    where: { id, revokedAt: null, expiresAt: { gt: now } },
    select: columns,
  });
}

/** Those that still count, last seen first. */
export async function listLiveSessions(db: Db, owner: SessionOwner, now: Date): Promise<Session[]> {
  return db.session.findMany({
    where: { ...owner, revokedAt: null, expiresAt: { gt: now } },
    select: columns,
    orderBy: { lastSeenAt: "desc" },
    take: 100, // a person with more has a problem that this list does not solve
  });
}

export async function touchSession(db: Db, id: string, now: Date): Promise<void> {
  await db.session.updateMany({ where: { id }, data: { lastSeenAt: now } });
}

/** Ends one session if it is the owner's; answers whether there was one to end. */
export async function revokeSession(db: Db, id: string, owner: SessionOwner): Promise<boolean> {
  const where = { ...owner, id, revokedAt: null };
  const { count } = await db.session.updateMany({ where, data: { revokedAt: new Date() } });
  return count > 0;
}

/** Ends all sessions of an owner, `except` one; answers how many. */
export async function revokeSessions(
  db: Db,
  owner: SessionOwner,
  except: string | null = null,
): Promise<number> {
  const { count } = await db.session.updateMany({
    where: { ...owner, revokedAt: null, ...(except !== null && { id: { not: except } }) },
    data: { revokedAt: new Date() },
  });
  return count;
}
