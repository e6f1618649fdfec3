/** Signing keys of domains. The private half is sealed by the caller and never selected here. */
import type {
  DkimAlgorithm,
  DkimKeyState,
  DkimMode,
  DkimSource,
  Prisma,
} from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";
import { DIRECTORY_CHANNEL } from "./directory-expand.ts";

/** What the records of a domain follow from. */
export interface DkimPublicKey {
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  /** What `p=` says. */
  readonly publicKey: string;
  readonly state: DkimKeyState;
  readonly revoked: boolean;
  /** Where this server publishes it behind a CNAME; null: a TXT record of the domain. */
  readonly target: string | null;
}

export interface NewDkimKey {
  /** Chosen by the caller: it is part of what the private half is sealed for. */
  readonly id: string;
  readonly domainId: string;
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  readonly publicKey: string;
  /** Sealed (lib/storage/secret-box.ts). */
  readonly privateKey: Uint8Array<ArrayBuffer>;
  readonly source?: DkimSource;
  readonly mode?: DkimMode;
  readonly target?: string | null;
  readonly rotationId?: string | null;
}

export async function createDkimKeys(db: Db, keys: readonly NewDkimKey[]): Promise<void> {
  await db.dkimKey.createMany({ data: [...keys] });
}

const LIVE = { deletedAt: null };
/** RSA first: it is what everybody verifies. */
const ORDER = [{ algorithm: "asc" }, { selector: "asc" }] as const;

export async function listDkimPublicKeys(db: Db, domainId: string): Promise<DkimPublicKey[]> {
  const rows = await db.dkimKey.findMany({
    where: { domainId, ...LIVE },
    select: {
      ...{ selector: true, algorithm: true, publicKey: true, state: true },
      ...{ revokedAt: true, target: true },
    },
    orderBy: [...ORDER],
  });
  return rows.map(({ revokedAt, ...key }) => ({ ...key, revoked: revokedAt !== null }));
}

const columns = {
  ...{ id: true, domainId: true, selector: true, algorithm: true, publicKey: true, state: true },
  ...{ mode: true, source: true, target: true, createdAt: true, visibleSince: true },
  ...{ signingSince: true, retiringSince: true, safeSince: true, revokedAt: true },
  ...{ lookedAt: true, lastSeenAt: true, seenTtl: true, publishTriedAt: true, publishError: true },
  ...{ rotationId: true, retiredById: true },
} as const;

export type DkimKey = Prisma.DkimKeyGetPayload<{ select: typeof columns }>;

/** Those that are not deleted, the oldest first. */
export async function listDkimKeys(db: Db, domainId: string): Promise<DkimKey[]> {
  return db.dkimKey.findMany({
    where: { domainId, ...LIVE },
    select: columns,
    orderBy: [{ createdAt: "asc" }, ...ORDER],
  });
}

export async function findDkimKey(db: Db, id: string): Promise<DkimKey | null> {
  return db.dkimKey.findFirst({ where: { id, ...LIVE }, select: columns });
}

/** Every selector that the domain ever had. */
export async function usedSelectors(db: Db, domainId: string): Promise<string[]> {
  const rows = await db.dkimKey.findMany({ where: { domainId }, select: { selector: true } });
  return rows.map(({ selector }) => selector);
}

/** Selectors of keys that are gone: behind CNAMEs their names are used again. */
export async function formerSelectors(db: Db, domainId: string): Promise<string[]> {
  const where = { domainId, deletedAt: { not: null } };
  const rows = await db.dkimKey.findMany({ where, select: { selector: true } });
  return rows.map(({ selector }) => selector);
}

export type KeyChange = Partial<
  Pick<
    DkimKey,
    | "state"
    | "visibleSince"
    | "retiringSince"
    | "safeSince"
    | "revokedAt"
    | "rotationId"
    | "retiredById"
    | "publishTriedAt"
  >
>;

export async function setDkimKeys(db: Db, ids: readonly string[], data: KeyChange): Promise<void> {
  await db.dkimKey.updateMany({ where: { id: { in: [...ids] } }, data });
  await forgetSigners(db);
}

/** The row stays without its private half, so that the selector is known to have been used. */
export async function markDeleted(db: Db, ids: readonly string[], at: Date): Promise<void> {
  const data = { deletedAt: at, privateKey: new Uint8Array() };
  await db.dkimKey.updateMany({ where: { id: { in: [...ids] } }, data });
  await forgetSigners(db);
}

/**
 * Keys that nobody needs: those that DNS may show are safe to delete, and go when they are gone from there;
 * the others go at once.
 */
export async function discard(db: Db, keys: readonly DkimKey[], at: Date): Promise<void> {
  const isOut = (key: DkimKey) => key.lastSeenAt ?? key.target ?? key.publishTriedAt;
  const out = keys.filter((key) => isOut(key) !== null).map(({ id }) => id);
  const change = { state: "safe_to_delete", safeSince: at, publishTriedAt: null } as const;
  await setDkimKeys(db, out, change);
  await markDeleted(
    db,
    keys.filter((key) => isOut(key) === null).map(({ id }) => id),
    at,
  );
}

/** Engines sign with what they hear of: told inside the transaction, heard after it. */
export async function forgetSigners(db: Db): Promise<void> {
  await db.$executeRaw`select pg_notify(${DIRECTORY_CHANNEL}, '-')`;
}
