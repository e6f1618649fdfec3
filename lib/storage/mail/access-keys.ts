/**
 * Mailbox access keys: RFC 4467 §2.2. One for an account and a folder, made when it is first needed; it
 * goes with the folder, and with the account. Not sealed: it opens nothing but the mail beside it.
 */
import { randomBytes } from "node:crypto";
import type { FolderId } from "../../mail/ports.ts";
import { statement, translated, type Sql } from "../sql.ts";

/** RFC 4467 §2.2 asks for 128 bits at least; that of the hash is what a token can hold. */
const KEY_BYTES = 32;

interface Key {
  readonly key: Buffer;
}

const selectKey = statement<Key>(
  "access-key.find",
  "SELECT key FROM access_key WHERE mailbox_id = $1 AND folder_id = $2",
);
/** The one that is there stays; two who make it at once are both told of the same. */
const insertKey = statement<Key>(
  "access-key.make",
  `INSERT INTO access_key AS a (mailbox_id, folder_id, key) VALUES ($1, $2, $3)
   ON CONFLICT (mailbox_id, folder_id) DO UPDATE SET key = a.key RETURNING key`,
);
const replaceKey = statement(
  "access-key.reset",
  `INSERT INTO access_key (mailbox_id, folder_id, key) VALUES ($1, $2, $3)
   ON CONFLICT (mailbox_id, folder_id) DO UPDATE SET key = excluded.key`,
);
const deleteKeys = statement("access-key.remove", "DELETE FROM access_key WHERE mailbox_id = $1");

export async function findAccessKey(
  db: Sql,
  mailboxId: string,
  folderId: FolderId,
): Promise<Buffer | null> {
  const [row] = await translated(selectKey(db, mailboxId, folderId));
  return row?.key ?? null;
}

export async function makeAccessKey(
  db: Sql,
  mailboxId: string,
  folderId: FolderId,
): Promise<Buffer> {
  const fresh = randomBytes(KEY_BYTES);
  const [row] = await translated(insertKey(db, mailboxId, folderId, fresh));
  return row?.key ?? fresh;
}

/** Without a folder all keys of the account are gone, and made anew when they are needed. */
export async function resetAccessKey(
  db: Sql,
  mailboxId: string,
  folderId: FolderId | null,
): Promise<void> {
  if (folderId === null) await translated(deleteKeys(db, mailboxId));
  else await translated(replaceKey(db, mailboxId, folderId, randomBytes(KEY_BYTES)));
}
