/**
 * Folders of a mailbox: RFC 9051 §6.3.4 CREATE, §6.3.5 DELETE, §6.3.6 RENAME, §6.3.7 SUBSCRIBE.
 *
 * A folder with children cannot be deleted (HASCHILDREN): §6.3.5 lets the server choose, and a
 * \Noselect remainder surprises people. INBOX is never deleted. UIDVALIDITY comes from a counter of the
 * mailbox that only grows, so a name that is used again never gets an old one (§2.3.1.1).
 */
import type pg from "pg";
import { MailError } from "../../mail/errors.ts";
import type { Folder, FolderId } from "../../mail/ports.ts";
import { inTransaction, statement, type Sql } from "../sql.ts";
import { inheritAcl } from "./acl.ts";
import { below, canonicalName, checkedName, INBOX, newName, parentsOf } from "./folder-names.ts";
import {
  FOLDER_COLUMNS,
  giveBack,
  lockFolders,
  lockMailbox,
  present,
  selectFolders,
} from "./folder-rows.ts";
import { foldLocked } from "./flag-log.ts";
import { Ledger } from "./ledger.ts";
import { copyMetadata } from "./metadata.ts";
import { moveRows, selectAllRows } from "./messages.ts";

/** A mailbox with more is a script gone wrong. */
const MAX_FOLDERS = 5_000;

const insertFolder = statement<Folder>(
  "folder.insert",
  `INSERT INTO folder (mailbox_id, name, special_use, uid_validity) VALUES ($1, $2, $3, $4)
   RETURNING ${FOLDER_COLUMNS}`,
);
/** Seconds of the clock like everybody's, unless the counter is ahead of it. The row is locked. */
const nextUidValidity = statement<{ uidValidity: number }>(
  "mailbox.uidvalidity",
  `UPDATE mailbox
   SET last_uid_validity = GREATEST(last_uid_validity + 1, floor(extract(epoch FROM now()))::bigint)
   WHERE id = $1 RETURNING last_uid_validity AS "uidValidity"`,
);
const setName = statement("folder.rename", "UPDATE folder SET name = $2 WHERE id = $1");
const deleteRow = statement("folder.delete", "DELETE FROM folder WHERE id = $1");
const subscribe = statement(
  "subscription.add",
  "INSERT INTO subscription (mailbox_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
);
const unsubscribe = statement(
  "subscription.remove",
  "DELETE FROM subscription WHERE mailbox_id = $1 AND name = $2",
);
const selectSubscriptions = statement<{ name: string }>(
  "subscription.list",
  `SELECT name FROM subscription WHERE mailbox_id = $1 ORDER BY name COLLATE "C"`,
);

export async function createFolder(
  pool: pg.Pool,
  mailboxId: string,
  request: { name: string; specialUse: string | null },
): Promise<Folder> {
  const name = newName(request.name);
  return inTransaction(pool, async (tx) => {
    await lockMailbox(tx, mailboxId);
    const existing = await selectFolders(tx, mailboxId);
    if (existing.some((folder) => folder.name === name)) throw alreadyThere();
    if (request.specialUse !== null && existing.some((f) => f.specialUse === request.specialUse))
      throw new MailError("useAttr", "Another folder has that use"); // RFC 6154 §3
    if (existing.length >= MAX_FOLDERS) throw new MailError("limit", "Too many folders");
    await createParents(tx, mailboxId, { name, existing });
    return insertNew(tx, mailboxId, name, request.specialUse);
  });
}

async function createParents(
  tx: Sql,
  mailboxId: string,
  { name, existing }: { name: string; existing: readonly Folder[] },
): Promise<void> {
  const names = new Set(existing.map((folder) => folder.name));
  for (const parent of parentsOf(name)) {
    if (!names.has(parent)) await insertNew(tx, mailboxId, parent, null);
  }
}

async function insertNew(
  tx: Sql,
  mailboxId: string,
  name: string,
  specialUse: string | null,
): Promise<Folder> {
  const [next] = await nextUidValidity(tx, mailboxId);
  if (next === undefined)
    throw new MailError("noSuchFolder", "The mailbox does not exist any more");
  const [folder] = await insertFolder(tx, mailboxId, name, specialUse, next.uidValidity);
  await inheritAcl(tx, present(folder));
  return present(folder);
}

/** Answers the id of the folder that is gone. */
export async function deleteFolder(
  pool: pg.Pool,
  mailboxId: string,
  requested: string,
): Promise<FolderId> {
  const name = canonicalName(requested);
  if (name === INBOX) throw new MailError("cannot", "INBOX cannot be deleted");
  return inTransaction(pool, async (tx) => {
    await lockMailbox(tx, mailboxId);
    const all = await selectFolders(tx, mailboxId);
    const found = present(all.find((folder) => folder.name === name));
    if (all.some((folder) => folder.name.startsWith(below(name))))
      throw new MailError("hasChildren", "The folder has folders below it");
    const folder = present((await lockFolders(tx, [found.id])).get(found.id));
    await deleteRow(tx, folder.id); // messages and the expunge log go with it
    await giveBack(tx, mailboxId, folder.bytes, folder.messages);
    return folder.id;
  });
}

/** Answers the ids of folders whose names or messages changed. */
export async function renameFolder(
  pool: pg.Pool,
  mailboxId: string,
  request: { from: string; to: string },
): Promise<FolderId[]> {
  const from = canonicalName(request.from);
  const to = newName(request.to);
  if (to.startsWith(below(from)) && from !== INBOX)
    throw new MailError("cannot", "A folder cannot be moved below itself");
  return inTransaction(pool, async (tx) => {
    await lockMailbox(tx, mailboxId);
    const existing = await selectFolders(tx, mailboxId);
    const source = present(existing.find((folder) => folder.name === from));
    if (existing.some((folder) => folder.name === to)) throw alreadyThere();
    await createParents(tx, mailboxId, { name: to, existing });
    return from === INBOX ? emptyInbox(tx, source, to) : renameTree(tx, { source, existing, to });
  });
}

/** §6.3.6: messages move to the new folder, INBOX stays with its notes and is empty, folders below it stay. */
async function emptyInbox(tx: Sql, inbox: Folder, to: string): Promise<FolderId[]> {
  const { id } = await insertNew(tx, inbox.mailboxId, to, null);
  await copyMetadata(tx, inbox.mailboxId, { from: inbox.id, to: id });
  const folders = await lockFolders(tx, [inbox.id, id]);
  const target = present(folders.get(id));
  await foldLocked(tx, inbox.id);
  const rows = await selectAllRows(tx, inbox.id);
  await moveRows(tx, { from: inbox.id, rows, target, ledger: new Ledger(folders) });
  return [inbox.id, id];
}

async function renameTree(
  tx: Sql,
  { source, existing, to }: { source: Folder; existing: readonly Folder[]; to: string },
): Promise<FolderId[]> {
  const inside = existing.filter(({ name }) => name.startsWith(below(source.name)));
  await setName(tx, source.id, to);
  for (const folder of inside) {
    await setName(tx, folder.id, to + folder.name.slice(source.name.length));
  }
  return [source.id, ...inside.map((folder) => folder.id)];
}

export async function listSubscriptions(db: Sql, mailboxId: string): Promise<string[]> {
  return (await selectSubscriptions(db, mailboxId)).map((row) => row.name);
}

export async function setSubscribed(
  db: Sql,
  mailboxId: string,
  { name, subscribed }: { name: string; subscribed: boolean },
): Promise<void> {
  if (subscribed) await subscribe(db, mailboxId, checkedName(name));
  else await unsubscribe(db, mailboxId, canonicalName(name));
}

function alreadyThere(): MailError {
  return new MailError("alreadyExists", "A folder of that name exists");
}
