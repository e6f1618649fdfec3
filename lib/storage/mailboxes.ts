/**
 * Mailboxes as accounts: name, quota, state. What is in them is lib/storage/mail. The hash is selected
 * by one function that says so, the SCRAM keys by none: IMAP and SMTP ask the directory.
 */
import type { Prisma } from "../../prisma/generated/client.ts";
import type { Usage } from "../mail/quota.ts";
import type { Db } from "./client.ts";

export interface Mailbox extends Usage {
  readonly id: string;
  readonly domainId: string;
  readonly domain: string;
  readonly localPart: string;
  readonly displayName: string;
  readonly suspended: boolean;
  /** Of a domain that is switched off nobody signs in (storage/directory.ts). */
  readonly domainDisabled: boolean;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
  /** Capabilities that IMAP does not offer it: lib/mail/imap-capabilities.ts. */
  readonly imapDenied: readonly string[];
}

const columns = {
  id: true,
  domainId: true,
  domain: { select: { name: true, disabledAt: true } },
  localPart: true,
  displayName: true,
  quotaBytes: true,
  usedBytes: true,
  quotaMessages: true,
  usedMessages: true,
  suspendedAt: true,
  createdAt: true,
  lastSignInAt: true,
  imapDenied: true,
} as const;
type Row = Prisma.MailboxGetPayload<{ select: typeof columns }>;
const toMailbox = ({ suspendedAt, domain, quotaBytes, usedBytes, ...row }: Row): Mailbox => ({
  ...row,
  domain: domain.name,
  quotaBytes: Number(quotaBytes),
  usedBytes: Number(usedBytes),
  suspended: suspendedAt !== null,
  domainDisabled: domain.disabledAt !== null,
});

export async function findMailbox(db: Db, id: string): Promise<Mailbox | null> {
  const row = await db.mailbox.findUnique({ where: { id }, select: columns });
  return row && toMailbox(row);
}

export async function findMailboxByName(
  db: Db,
  domainId: string,
  localPart: string,
): Promise<Mailbox | null> {
  const where = { domainId_localPart: { domainId, localPart } };
  const row = await db.mailbox.findUnique({ where, select: columns });
  return row && toMailbox(row);
}

/** What sign-in to the console needs; suspended is also who belongs to a domain that is switched off. */
export async function findMailboxSecret(
  db: Db,
  domain: string,
  localPart: string,
): Promise<{ id: string; passwordHash: string; suspended: boolean } | null> {
  const row = await db.mailbox.findFirst({
    where: { localPart, domain: { name: domain } },
    select: {
      id: true,
      passwordHash: true,
      suspendedAt: true,
      domain: { select: { disabledAt: true } },
    },
  });
  if (!row) return null;
  const suspended = row.suspendedAt !== null || row.domain.disabledAt !== null;
  return { id: row.id, passwordHash: row.passwordHash, suspended };
}

export interface MailboxPage {
  /** Part of the name or the display name; "" for all. */
  readonly search: string;
  readonly state: "all" | "active" | "suspended";
  /** Names after this one, ascending … */
  readonly after: string;
  /** … or, when set, those before this one: the page that ends there. */
  readonly before: string;
  readonly limit: number;
}

/** One page of a domain's mailboxes, in the order of their names. The caller has authorised `domainId`. */
export async function listMailboxes(
  db: Db,
  domainId: string,
  page: MailboxPage,
): Promise<Mailbox[]> {
  const backwards = page.before !== "";
  const where: Prisma.MailboxWhereInput = {
    domainId,
    localPart: backwards ? { lt: page.before } : { gt: page.after },
    ...(page.state !== "all" && { suspendedAt: page.state === "active" ? null : { not: null } }),
    ...(page.search && { OR: matching(page.search) }),
  };
  const orderBy = { localPart: backwards ? "desc" : "asc" } as const;
  const rows = await db.mailbox.findMany({ where, select: columns, orderBy, take: page.limit });
  const mailboxes = rows.map(toMailbox);
  return backwards ? mailboxes.reverse() : mailboxes;
}

const matching = (search: string): Prisma.MailboxWhereInput[] => [
  { localPart: { contains: search.toLowerCase() } },
  { displayName: { contains: search, mode: "insensitive" } },
];

export async function countMailboxes(db: Db, domainId: string): Promise<number> {
  return db.mailbox.count({ where: { domainId } });
}

export interface NewMailbox {
  readonly domainId: string;
  readonly localPart: string;
  readonly displayName: string;
  readonly passwordHash: string;
  readonly scramSha256: string;
  readonly quotaBytes: number;
  readonly quotaMessages: number | null;
}

/** The id of the new mailbox, or null when another has the name. */
export async function createMailbox(db: Db, mailbox: NewMailbox): Promise<string | null> {
  const [row] = await db.mailbox.createManyAndReturn({
    data: [{ ...mailbox, quotaBytes: BigInt(mailbox.quotaBytes) }],
    select: { id: true },
    skipDuplicates: true,
  });
  return row?.id ?? null;
}

export async function setMailboxSecrets(
  db: Db,
  id: string,
  secrets: { passwordHash: string; scramSha256: string },
): Promise<void> {
  await db.mailbox.update({ where: { id }, data: secrets, select: { id: true } });
}

export async function setSuspended(db: Db, id: string, at: Date | null): Promise<void> {
  await db.mailbox.update({ where: { id }, data: { suspendedAt: at }, select: { id: true } });
}

export async function setLimits(
  db: Db,
  id: string,
  { quotaBytes, quotaMessages }: Pick<Usage, "quotaBytes" | "quotaMessages">,
): Promise<void> {
  const data = { quotaBytes: BigInt(quotaBytes), quotaMessages };
  await db.mailbox.update({ where: { id }, data, select: { id: true } });
}

export async function setImapDenied(db: Db, id: string, denied: readonly string[]): Promise<void> {
  const data = { imapDenied: [...denied] };
  await db.mailbox.update({ where: { id }, data, select: { id: true } });
}
