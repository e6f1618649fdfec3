/** People with an account of the console. The password's hash is asked for by name, never selected. */
import type { Prisma, Role } from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly locale: string;
  readonly disabled: boolean;
  readonly grants: readonly { readonly role: Role; readonly domainId: string | null }[];
}

const columns = {
  id: true,
  email: true,
  name: true,
  locale: true,
  disabledAt: true,
  grants: { select: { role: true, domainId: true } },
} as const;
type Row = Prisma.UserGetPayload<{ select: typeof columns }>;
const toUser = ({ disabledAt, ...row }: Row): User => ({ ...row, disabled: disabledAt !== null });

export async function findUser(db: Db, id: string): Promise<User | null> {
  const row = await db.user.findUnique({ where: { id }, select: columns });
  return row && toUser(row);
}

/** What sign-in needs. `email` is compared in lower case, as it is kept. */
export async function findUserSecret(
  db: Db,
  email: string,
): Promise<{ id: string; passwordHash: string; disabled: boolean } | null> {
  const row = await db.user.findUnique({
    where: { email: email.toLowerCase() },
    select: { id: true, passwordHash: true, disabledAt: true },
  });
  return row && { id: row.id, passwordHash: row.passwordHash, disabled: row.disabledAt !== null };
}

/** True once somebody holds the operator's role: first-run set-up is then over for good. */
export async function operatorExists(db: Db): Promise<boolean> {
  const grant = await db.grant.findFirst({ where: { role: "operator" }, select: { id: true } });
  return grant !== null;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly locale: string;
  readonly role: Role;
  readonly domainId: string | null;
}

export async function createUser(db: Db, { role, domainId, ...user }: NewUser): Promise<string> {
  const row = await db.user.create({
    data: { ...user, email: user.email.toLowerCase(), grants: { create: { role, domainId } } },
    select: { id: true },
  });
  return row.id;
}

export async function setUserPasswordHash(db: Db, id: string, passwordHash: string): Promise<void> {
  await db.user.update({ where: { id }, data: { passwordHash }, select: { id: true } });
}

export async function setUserLocale(db: Db, id: string, locale: string): Promise<void> {
  await db.user.update({ where: { id }, data: { locale }, select: { id: true } });
}
