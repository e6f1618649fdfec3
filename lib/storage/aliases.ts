/** Addresses that lead elsewhere. "*" as the local part is the catch-all. */
import type { Db } from "./client.ts";

export interface Alias {
  readonly id: string;
  readonly domainId: string;
  readonly localPart: string;
  readonly targets: readonly string[];
  readonly createdAt: Date;
}

const columns = {
  id: true,
  domainId: true,
  localPart: true,
  targets: true,
  createdAt: true,
} as const;

/** A page of a domain's aliases in the order of their names. */
export async function listAliases(
  db: Db,
  domainId: string,
  page: { search: string; after: string; limit: number },
): Promise<Alias[]> {
  return db.alias.findMany({
    where: {
      domainId,
      localPart: { gt: page.after, ...(page.search && { contains: page.search }) },
    },
    select: columns,
    orderBy: { localPart: "asc" },
    take: page.limit,
  });
}

export async function findAlias(db: Db, id: string): Promise<Alias | null> {
  return db.alias.findUnique({ where: { id }, select: columns });
}

/** True when an alias of that name exists: mailbox names and alias names exclude each other. */
export async function isAliasName(db: Db, domainId: string, localPart: string): Promise<boolean> {
  const where = { domainId_localPart: { domainId, localPart } };
  return (await db.alias.findUnique({ where, select: { id: true } })) !== null;
}

/** The id of the new alias, or null when the name is taken by another. */
export async function createAlias(
  db: Db,
  alias: { domainId: string; localPart: string; targets: readonly string[] },
): Promise<string | null> {
  const [row] = await db.alias.createManyAndReturn({
    data: [{ ...alias, targets: [...alias.targets] }],
    select: { id: true },
    skipDuplicates: true,
  });
  return row?.id ?? null;
}

export async function deleteAlias(db: Db, id: string): Promise<void> {
  await db.alias.deleteMany({ where: { id } });
}
