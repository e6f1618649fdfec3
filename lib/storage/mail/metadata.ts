/** What clients note beside folders and the mailbox: RFC 5464. Small texts; bounded in number per mailbox. */
import type pg from "pg";
import { MailError } from "../../mail/errors.ts";
import type { FolderId, MetadataDigest } from "../../mail/ports.ts";
import { inTransaction, statement, type Sql } from "../sql.ts";
import { lockFolders, lockMailbox, present } from "./folder-rows.ts";

/** Entries of one mailbox, all folders together: real clients note a handful per folder. */
const MAX_ENTRIES = 5_000;
/** Octets of all values of one mailbox: they are not counted against its quota. */
const MAX_BYTES = 4 * 1024 * 1024;

const selectEntries = statement<{ entry: string; value: Buffer }>(
  "metadata.list",
  `SELECT entry, value FROM folder_metadata
   WHERE mailbox_id = $1 AND folder_id IS NOT DISTINCT FROM $2 ORDER BY entry COLLATE "C"`,
);
const upsert = statement(
  "metadata.set",
  `INSERT INTO folder_metadata (mailbox_id, folder_id, entry, value)
   SELECT $1, $2, entry, value FROM unnest($3::text[], $4::bytea[]) AS new(entry, value)
   ON CONFLICT (mailbox_id, folder_id, entry) DO UPDATE SET value = excluded.value`,
);
const remove = statement(
  "metadata.remove",
  `DELETE FROM folder_metadata
   WHERE mailbox_id = $1 AND folder_id IS NOT DISTINCT FROM $2 AND entry = ANY($3)`,
);
/** RFC 7162 §3.2: a client that follows modseqs sees that there is something to ask for. */
const raiseModseq = statement(
  "metadata.modseq",
  "UPDATE folder SET highest_modseq = highest_modseq + 1 WHERE id = $1",
);
const copyEntries = statement(
  "metadata.copy",
  `INSERT INTO folder_metadata (mailbox_id, folder_id, entry, value)
   SELECT mailbox_id, $3, entry, value FROM folder_metadata WHERE mailbox_id = $1 AND folder_id = $2`,
);
const countAll = statement<{ entries: number; bytes: number }>(
  "metadata.count",
  `SELECT count(*)::bigint AS entries, coalesce(sum(length(value)), 0)::bigint AS bytes
   FROM folder_metadata WHERE mailbox_id = $1`,
);

export async function listMetadata(
  db: Sql,
  mailboxId: string,
  folderId: FolderId | null,
): Promise<Map<string, Buffer>> {
  const rows = await selectEntries(db, mailboxId, folderId);
  return new Map(rows.map(({ entry, value }) => [entry, value]));
}

const selectDigests = statement<MetadataDigest>(
  "metadata.digests",
  `SELECT folder_id AS "folderId", entry, md5(value) AS digest
   FROM folder_metadata
   WHERE mailbox_id = $1 OR (folder_id = ANY($2::bigint[]) AND entry LIKE '/shared%')`,
);

export function listDigests(
  db: Sql,
  mailboxId: string,
  others: readonly FolderId[],
): Promise<MetadataDigest[]> {
  return selectDigests(db, mailboxId, others);
}

interface Change {
  readonly mailboxId: string;
  readonly folderId: FolderId | null;
  readonly values: ReadonlyMap<string, Buffer | null>;
}

/**
 * The mailbox is locked, so that two sessions together do not pass the bounds; the folder, because somebody
 * may have deleted it since it was found by its name. Answers whose the folder is.
 */
export function writeMetadata(
  pool: pg.Pool,
  { mailboxId, folderId, values }: Change,
): Promise<string | null> {
  const kept: [string, Buffer][] = [];
  const gone: string[] = [];
  for (const [entry, value] of values) {
    if (value === null) gone.push(entry);
    else kept.push([entry, value]);
  }
  return inTransaction(pool, async (tx) => {
    await lockMailbox(tx, mailboxId);
    const folder =
      folderId === null ? null : present((await lockFolders(tx, [folderId])).get(folderId));
    if (gone.length > 0) await remove(tx, mailboxId, folderId, gone);
    if (kept.length > 0) {
      const [names, texts] = [kept.map(([name]) => name), kept.map(([, value]) => value)];
      await upsert(tx, mailboxId, folderId, names, texts);
      await checkBounds(tx, mailboxId);
    }
    if (folder !== null) await raiseModseq(tx, folder.id);
    return folder?.mailboxId ?? null;
  });
}

/** RFC 5464 §4.1: what INBOX is renamed to begins with the notes of INBOX. The mailbox is locked. */
export async function copyMetadata(
  tx: Sql,
  mailboxId: string,
  { from, to }: { from: FolderId; to: FolderId },
): Promise<void> {
  await copyEntries(tx, mailboxId, from, to);
  await checkBounds(tx, mailboxId);
}

async function checkBounds(tx: Sql, mailboxId: string): Promise<void> {
  const [sum] = await countAll(tx, mailboxId);
  if (sum && (sum.entries > MAX_ENTRIES || sum.bytes > MAX_BYTES))
    throw new MailError("metadataTooMany", "Too many annotations");
}
