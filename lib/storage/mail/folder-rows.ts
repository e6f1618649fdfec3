/** Folder rows: the columns, the type, and the look-ups that everything else shares. */
import { MailError } from "../../mail/errors.ts";
import type { Folder, FolderId } from "../../mail/ports.ts";
import type { Usage } from "../../mail/quota.ts";
import { statement, type Sql } from "../sql.ts";

export const FOLDER_COLUMNS = `id, mailbox_id AS "mailboxId", name, special_use AS "specialUse",
  uid_validity AS "uidValidity", uid_next AS "uidNext", highest_modseq AS "highestModseq",
  messages, unseen, deleted, bytes`;

export const USAGE_COLUMNS = `used_bytes AS "usedBytes", quota_bytes AS "quotaBytes",
  used_messages AS "usedMessages", quota_messages AS "quotaMessages"`;

export const selectFolders = statement<Folder>(
  "folder.list",
  `SELECT ${FOLDER_COLUMNS} FROM folder WHERE mailbox_id = $1 ORDER BY name COLLATE "C"`,
);

export const selectFolder = statement<Folder>(
  "folder.find",
  `SELECT ${FOLDER_COLUMNS} FROM folder WHERE mailbox_id = $1 AND name = $2`,
);

export const selectWithUsage = statement<{ folder: Folder; usage: Usage }>(
  "folder.with-usage",
  `SELECT to_json(f) AS folder, to_json(u) AS usage
   FROM (SELECT ${FOLDER_COLUMNS} FROM folder WHERE mailbox_id = $1 AND name = $2) AS f,
     (SELECT ${USAGE_COLUMNS} FROM mailbox WHERE id = $1) AS u`,
);

/**
 * Everybody who changes messages locks in the same order: blobs, mailboxes by id, folders by id. So
 * modseqs of a folder grow in the order of commits, and nobody waits in a circle.
 */
const lockMailboxRow = statement<Usage>(
  "mailbox.lock",
  `SELECT ${USAGE_COLUMNS} FROM mailbox WHERE id = $1 FOR NO KEY UPDATE`,
);

export async function lockMailbox(tx: Sql, mailboxId: string) {
  const [row] = await lockMailboxRow(tx, mailboxId);
  if (row === undefined) throw new MailError("noSuchFolder", "The mailbox does not exist any more");
  return row;
}

const lockRows = statement<Folder>(
  "folder.lock",
  `SELECT ${FOLDER_COLUMNS} FROM folder WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`,
);

/** Locked rows by id. Those that are gone are missing. */
export async function lockFolders(
  tx: Sql,
  ids: readonly FolderId[],
): Promise<Map<FolderId, Folder>> {
  const rows = await lockRows(tx, [...new Set(ids)]);
  return new Map(rows.map((row) => [row.id, row]));
}

export function present(folder: Folder | undefined): Folder {
  if (folder === undefined) throw new MailError("noSuchFolder", "No such folder");
  return folder;
}

export const giveBack = statement(
  "mailbox.give-back",
  `UPDATE mailbox SET used_bytes = used_bytes - $2, used_messages = used_messages - $3
   WHERE id = $1`,
);
