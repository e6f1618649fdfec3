/** What has changed in a folder since a modseq, for a view that knows all before it. */
import type { Folder, MessageRow, Uid } from "../../mail/ports.ts";
import { statement, type Sql } from "../sql.ts";
import { FLAG_ENTRY, KEEP_REFLAGGED, type FlagEntry } from "./flag-log.ts";

const MESSAGE_COLUMNS = `uid, modseq, blob_id AS "blobId", flags, keywords, size,
  internal_date AS "internalDate", save_date AS "saveDate", email_id AS "emailId",
  thread_id AS "threadId"`;

/** Four kinds: a message (blobId set), an expunge (only uid), an entry of the flag log, nothing new. */
export type DeltaRow = FolderPart & (MessagePart | OtherPart);
type MessagePart = MessageRow & { readonly entry: null };
interface OtherPart {
  readonly uid: Uid | null;
  readonly modseq: number | null;
  readonly blobId: null;
  readonly entry: FlagEntry | null;
}
interface FolderPart {
  readonly folderName: string;
  readonly specialUse: string | null;
  readonly uidValidity: number;
  readonly uidNext: Uid;
  readonly expungedFloor: number;
  readonly highestModseq: number;
  readonly messages: number;
  readonly unseen: number;
  readonly deleted: number;
  readonly bytes: number;
}

/**
 * One statement, one snapshot: all that a transaction did is seen together. Parameters: the folder, the
 * modseq that is known, and for those it names the uidnext that is known. Entries of the log come last,
 * in the order in which they are to be applied.
 */
const deltaOf = (messages: string) =>
  `SELECT f.name AS "folderName", f.special_use AS "specialUse", f.uid_validity AS "uidValidity",
     f.uid_next AS "uidNext",
     f.expunged_floor AS "expungedFloor", f.highest_modseq AS "highestModseq", f.messages, f.unseen, f.deleted,
     f.bytes, d.*
   FROM folder f LEFT JOIN LATERAL (
     ${messages}
     UNION ALL
     SELECT uid, modseq, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
     FROM expunged WHERE folder_id = f.id AND modseq > $2
     UNION ALL
     SELECT NULL, modseq, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ${FLAG_ENTRY}
     FROM reflagged r WHERE folder_id = f.id AND modseq > $2 AND kept IS NOT NULL
   ) d ON true
   WHERE f.id = $1 ORDER BY d.uid, d.modseq`;

/** Rows whose keywords were changed may have been changed again since: they are newer than the log says. */
const selectDelta = statement<DeltaRow>(
  "view.delta",
  deltaOf(`SELECT ${MESSAGE_COLUMNS}, NULL::json AS entry
     FROM message WHERE folder_id = f.id AND uid >= $3
     UNION ALL
     SELECT DISTINCT ON (uid) ${MESSAGE_COLUMNS}, NULL::json FROM (
       SELECT m.* FROM reflagged r CROSS JOIN LATERAL unnest(r.firsts, r.lasts) AS s(first, last)
       JOIN message m ON m.folder_id = r.folder_id AND m.uid BETWEEN s.first AND s.last
         AND m.modseq >= r.modseq
       WHERE r.folder_id = f.id AND r.modseq > $2 AND r.kept IS NULL AND m.uid < $3
     ) AS changed`),
);
const selectDeltaOfAll = statement<DeltaRow>(
  "view.delta-of-all",
  deltaOf(`SELECT ${MESSAGE_COLUMNS}, NULL::json AS entry
     FROM message WHERE folder_id = f.id AND modseq > $2`),
);

/** None when the folder is gone. */
export async function readDelta(
  db: Sql,
  { id, uidNext }: Pick<Folder, "id" | "uidNext">,
  known: number,
): Promise<DeltaRow[]> {
  const rows = await selectDelta(db, id, known, uidNext);
  const behind = (rows[0]?.highestModseq ?? known) - known;
  return behind > KEEP_REFLAGGED ? selectDeltaOfAll(db, id, known) : rows;
}
