/**
 * Folders shared with others: RFC 4314. Rights of an account are the union of what is granted to it and
 * to everybody of the owner's domain, without the union of what is taken (lib/mail/rights.ts).
 *
 * A grantee is an account, not an address: who gets the address of one that is gone inherits nothing.
 */
import type pg from "pg";
import { MailError } from "../../mail/errors.ts";
import type { AclChange, AclEntry, Folder, FolderId, SharedFolder } from "../../mail/ports.ts";
import { inTransaction, statement, type Sql } from "../sql.ts";
import { FOLDER_COLUMNS, lockFolders, present } from "./folder-rows.ts";

/** Entries of one folder: a longer list is what "anyone" is for. */
const MAX_ENTRIES = 200;

const FOLDER_OF_F = FOLDER_COLUMNS.replace(/^|, */g, (comma) => `${comma}f.`);

/**
 * `$1` is the account. What is granted to it is looked up first, whatever the planner thinks of the rest:
 * it does not know that folders are many and grants few.
 */
const GRANTED = `WITH granted AS MATERIALIZED (
    SELECT folder_id, grantee_id, negative, rights FROM folder_acl
    WHERE grantee_id = $1 OR grantee_id IS NULL)`;
const SHARED = `
  SELECT ${FOLDER_OF_F}, o.local_part || '@' || od.name AS owner,
    coalesce(bit_or(a.rights) FILTER (WHERE NOT a.negative), 0)
      & ~coalesce(bit_or(a.rights) FILTER (WHERE a.negative), 0) AS rights
  FROM granted a
  JOIN folder f ON f.id = a.folder_id
  JOIN mailbox o ON o.id = f.mailbox_id
  JOIN domain od ON od.id = o.domain_id
  JOIN mailbox me ON me.id = $1
  WHERE (a.grantee_id IS NOT NULL OR o.domain_id = me.domain_id)
    AND o.id <> me.id AND od.disabled_at IS NULL`;

const selectShared = statement<SharedFolder>(
  "acl.shared",
  `${GRANTED} SELECT * FROM (${SHARED} GROUP BY f.id, o.id, od.id) AS shared WHERE rights <> 0
   ORDER BY owner COLLATE "C", name COLLATE "C"`,
);
const selectSharedOf = statement<SharedFolder>(
  "acl.shared-of",
  `${GRANTED} SELECT * FROM (${SHARED} AND o.local_part = $2 AND od.name = $3 AND f.name = ANY($4)
   GROUP BY f.id, o.id, od.id) AS shared WHERE rights <> 0`,
);
const selectRights = statement<{ rights: number }>(
  "acl.rights",
  `${GRANTED} SELECT rights FROM (${SHARED} AND f.id = $2 GROUP BY f.id, o.id, od.id) AS shared`,
);
const selectEntries = statement<AclEntry>(
  "acl.list",
  `SELECT g.local_part || '@' || d.name AS address, a.negative, a.rights
   FROM folder_acl a LEFT JOIN mailbox g ON g.id = a.grantee_id LEFT JOIN domain d ON d.id = g.domain_id
   WHERE a.folder_id = $1 ORDER BY a.negative, address NULLS FIRST`,
);
const selectEntry = statement<{ rights: number }>(
  "acl.find",
  `SELECT rights FROM folder_acl
   WHERE folder_id = $1 AND grantee_id IS NOT DISTINCT FROM $2 AND negative = $3`,
);
const upsertEntry = statement(
  "acl.set",
  `INSERT INTO folder_acl (folder_id, grantee_id, negative, rights) VALUES ($1, $2, $3, $4)
   ON CONFLICT (folder_id, grantee_id, negative) DO UPDATE SET rights = excluded.rights`,
);
const removeEntry = statement(
  "acl.remove",
  `DELETE FROM folder_acl
   WHERE folder_id = $1 AND grantee_id IS NOT DISTINCT FROM $2 AND negative = $3`,
);
const countEntries = statement<{ count: number }>(
  "acl.count",
  "SELECT count(*)::bigint AS count FROM folder_acl WHERE folder_id = $1",
);
const copyEntries = statement(
  "acl.inherit",
  `INSERT INTO folder_acl (folder_id, grantee_id, negative, rights)
   SELECT $1, a.grantee_id, a.negative, a.rights FROM folder_acl a JOIN folder f ON f.id = a.folder_id
   WHERE f.mailbox_id = $2 AND f.name = $3`,
);

export function listShared(db: Sql, accountId: string): Promise<SharedFolder[]> {
  return selectShared(db, accountId);
}

/** Those of these names that are shared with the account by that owner. */
export function findShared(
  db: Sql,
  accountId: string,
  { local, domain, names }: { local: string; domain: string; names: readonly string[] },
): Promise<SharedFolder[]> {
  return selectSharedOf(db, accountId, local, domain, names);
}

/** Of an account on somebody else's folder. */
export async function rightsOn(db: Sql, accountId: string, folderId: FolderId): Promise<number> {
  const [row] = await selectRights(db, accountId, folderId);
  return row?.rights ?? 0;
}

const selectAddress = statement<{ address: string }>(
  "acl.address",
  `SELECT m.local_part || '@' || d.name AS address
   FROM mailbox m JOIN domain d ON d.id = m.domain_id WHERE m.id = $1`,
);

export async function addressOf(db: Sql, mailboxId: string): Promise<string> {
  const [row] = await selectAddress(db, mailboxId);
  if (row === undefined) throw new MailError("notFound", "No such mailbox");
  return row.address;
}

export function listEntries(db: Sql, folderId: FolderId): Promise<AclEntry[]> {
  return selectEntries(db, folderId);
}

/** The folder is locked, so that two who add to one entry both do. An entry without rights is none. */
export function changeAcl(
  pool: pg.Pool,
  folder: Folder,
  { granteeId, negative, mode, rights }: AclChange,
): Promise<void> {
  return inTransaction(pool, async (tx) => {
    present((await lockFolders(tx, [folder.id])).get(folder.id));
    const [entry] = await selectEntry(tx, folder.id, granteeId, negative);
    const before = entry?.rights ?? 0;
    const after = AFTER[mode](before, rights);
    if (after === 0) return void (await removeEntry(tx, folder.id, granteeId, negative));
    await upsertEntry(tx, folder.id, granteeId, negative, after);
    const [all] = await countEntries(tx, folder.id);
    if (all !== undefined && all.count > MAX_ENTRIES)
      throw new MailError("limit", "Too many entries for one folder");
  });
}

const AFTER: Record<AclChange["mode"], (before: number, rights: number) => number> = {
  set: (_, rights) => rights,
  add: (before, rights) => before | rights,
  remove: (before, rights) => before & ~rights,
};

/** A new folder begins with what holds for the one above it (§4, CREATE). */
export async function inheritAcl(tx: Sql, folder: Folder): Promise<void> {
  const at = folder.name.lastIndexOf("/");
  if (at > 0) await copyEntries(tx, folder.id, folder.mailboxId, folder.name.slice(0, at));
}
