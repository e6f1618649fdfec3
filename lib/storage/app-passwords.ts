/** App passwords as the console sees them. What they are looked up by is written here and never read. */
import type { Prisma } from "../../prisma/generated/client.ts";
import type { AppProtocol } from "../mail/app-password.ts";
import type { Db } from "./client.ts";

export interface AppPassword {
  readonly id: string;
  readonly mailboxId: string;
  readonly name: string;
  readonly protocols: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedProtocol: string | null;
  readonly lastUsedNetwork: string | null;
}

const columns = {
  id: true,
  mailboxId: true,
  name: true,
  protocols: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  lastUsedProtocol: true,
  lastUsedNetwork: true,
} as const satisfies Prisma.AppPasswordSelect;

export interface NewAppPasswordRow {
  readonly mailboxId: string;
  readonly name: string;
  readonly protocols: readonly AppProtocol[];
  readonly expiresAt: Date | null;
  /** SecretBox `fingerprint` of the password. */
  readonly lookup: Buffer;
}

export async function createAppPassword(db: Db, row: NewAppPasswordRow): Promise<string> {
  const { protocols, lookup, ...rest } = row;
  const data = { ...rest, protocols: [...protocols], lookup: new Uint8Array(lookup) };
  return (await db.appPassword.create({ data, select: { id: true } })).id;
}

/** Those that were not revoked, newest first: the expired ones too, so that people see why a device fell silent. */
export function listAppPasswords(db: Db, mailboxId: string): Promise<AppPassword[]> {
  return db.appPassword.findMany({
    where: { mailboxId, revokedAt: null },
    select: columns,
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
  });
}

/** Also one that was revoked already. */
export function findAppPassword(db: Db, id: string): Promise<AppPassword | null> {
  return db.appPassword.findUnique({ where: { id }, select: columns });
}

/** Lines up those who add app passwords to a mailbox; answers how many it has that were not revoked. */
export async function lockAndCountAppPasswords(db: Db, mailboxId: string): Promise<number> {
  await db.$queryRaw`select 1 from mailbox where id = ${mailboxId}::uuid for no key update`;
  return db.appPassword.count({ where: { mailboxId, revokedAt: null } });
}

/** True for the one caller who revoked it. */
export async function setAppPasswordRevoked(db: Db, id: string, at: Date): Promise<boolean> {
  const { count } = await db.appPassword.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: at },
  });
  return count > 0;
}
