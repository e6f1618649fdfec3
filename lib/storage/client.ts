/**
 * The one Prisma client, over the shared `pg` pool. Secrets are left out of every result unless asked
 * for by name (`omit: { passwordHash: false }` or `select`).
 */
import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { PrismaClient, type Prisma } from "../../prisma/generated/client.ts";

const SECRETS = {
  user: { passwordHash: true },
  mailbox: { passwordHash: true, scramSha256: true },
  dkimKey: { privateKey: true },
  certificate: { privateKey: true },
  hostKey: { privateKey: true },
  appPassword: { lookup: true },
  accessKey: { key: true },
  deviceLink: { tokenHash: true },
  dnsCredential: { secret: true },
} as const;

/** The caller owns the pool and ends it after `$disconnect`. */
export function createPrisma(pool: pg.Pool) {
  return new PrismaClient({ adapter: new PrismaPg(pool), omit: SECRETS });
}

export type PrismaStore = ReturnType<typeof createPrisma>;

/** The client or a transaction of it: the first parameter of every query module. */
export type Db = Pick<PrismaStore, keyof Prisma.TransactionClient>;
