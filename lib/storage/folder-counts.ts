/**
 * What is in a mailbox, folder by folder: the counters that IMAP's STATUS says, read and never counted
 * anew. In the order of the hierarchy: INBOX first, a folder before what is below it.
 */
import { Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";

export interface FolderCount {
  readonly name: string;
  readonly specialUse: string | null;
  readonly messages: number;
  readonly unseen: number;
  /** Messages that carry \Deleted: they take room until a client expunges them. */
  readonly deleted: number;
  readonly bytes: number;
}

export interface FolderPage {
  /** Names after this one in that order … */
  readonly after: string;
  /** … or, when set, those before this one: the page that ends there. */
  readonly before: string;
  readonly limit: number;
}

/**
 * A name's place: level by level, because "a-b" would stand between "a" and "a/c" otherwise. Small
 * letters and capitals side by side; the name itself decides between twins.
 */
const place = (name: Prisma.Sql) => Prisma.sql`ROW(
  ${name} !~ '^INBOX(/|$)', string_to_array(lower(${name}), '/') COLLATE "C", ${name} COLLATE "C")`;
const OWN = place(Prisma.sql`name`);
const given = (name: string) => place(Prisma.sql`${name}::text`);

type Row = Omit<FolderCount, "bytes"> & { readonly bytes: bigint };

export async function listFolderCounts(
  db: Db,
  mailboxId: string,
  { after, before, limit }: FolderPage,
): Promise<FolderCount[]> {
  const backwards = before !== "";
  const from = backwards
    ? Prisma.sql`${OWN} < ${given(before)}`
    : Prisma.sql`(${after} = '' OR ${OWN} > ${given(after)})`;
  const direction = backwards ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const rows = await db.$queryRaw<Row[]>`
    SELECT name, special_use AS "specialUse", messages, unseen, deleted, bytes
    FROM folder WHERE mailbox_id = ${mailboxId}::uuid AND ${from}
    ORDER BY ${OWN} ${direction} LIMIT ${limit}`;
  const folders = rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
  return backwards ? folders.reverse() : folders;
}

export interface FolderSum {
  readonly folders: number;
  readonly messages: number;
  readonly unseen: number;
  readonly deleted: number;
  readonly bytes: number;
}

export async function sumFolderCounts(db: Db, mailboxId: string): Promise<FolderSum> {
  const { _count, _sum } = await db.folder.aggregate({
    where: { mailboxId },
    _count: true,
    _sum: { messages: true, unseen: true, deleted: true, bytes: true },
  });
  return {
    folders: _count,
    messages: _sum.messages ?? 0,
    unseen: _sum.unseen ?? 0,
    deleted: _sum.deleted ?? 0,
    bytes: Number(_sum.bytes ?? 0),
  };
}
