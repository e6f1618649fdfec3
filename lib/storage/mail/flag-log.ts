/**
 * The log of flags, `reflagged`. A change of system flags is one entry there, however many messages it
 * names, and the counters of the folder. The rows of `message` follow later, many changes at once: they are
 * folded. Whoever reads flags or modseqs from rows has the log applied (MessageTable.applyEntry), or folded
 * while the folder is locked.
 *
 * An entry changes a message whose modseq is lower, and no other: applying it twice does no harm.
 */
import type pg from "pg";
import type { Folder, FolderId, Uid } from "../../mail/ports.ts";
import { inTransaction, statement, translated, type Sql } from "../sql.ts";
import { FOLDER_COLUMNS, lockFolders } from "./folder-rows.ts";

/** Modseqs that the log reaches back; a view that is further behind looks at every row. */
export const KEEP_REFLAGGED = 5_000;

/** What system flags a message keeps, and what it gets. */
export interface Masks {
  readonly kept: number;
  readonly given: number;
}

/** As [modseq, kept, given, firsts, lasts]. */
export type FlagEntry = readonly [
  modseq: number,
  kept: number,
  given: number,
  firsts: readonly Uid[],
  lasts: readonly Uid[],
];

/** A row of `reflagged` as a FlagEntry; of those with masks. */
export const FLAG_ENTRY = "json_build_array(r.modseq, r.kept, r.given, r.firsts, r.lasts)";

/** Entries that no row has taken in, by modseq. */
export const selectUnfolded = statement<{ entry: FlagEntry }>(
  "flags.unfolded",
  `SELECT ${FLAG_ENTRY} AS entry FROM reflagged r JOIN folder f ON f.id = r.folder_id
   WHERE f.id = $1 AND r.modseq > f.folded_modseq AND r.kept IS NOT NULL ORDER BY r.modseq`,
);

const insertEntry = statement<Folder>(
  "flags.insert",
  `WITH counted AS (
     UPDATE folder SET highest_modseq = $3::bigint + 1, unseen = unseen + $8::int, deleted = deleted + $9::int
     WHERE id = $1 AND uid_validity = $2 AND highest_modseq = $3
     RETURNING ${FOLDER_COLUMNS}),
   noted AS (
     INSERT INTO reflagged (folder_id, modseq, firsts, lasts, kept, given)
     SELECT id, "highestModseq", $4::bigint[], $5::bigint[], $6::int, $7::int FROM counted)
   SELECT * FROM counted`,
);
const selectUnchanged = statement<Folder>(
  "flags.unchanged",
  `SELECT ${FOLDER_COLUMNS} FROM folder WHERE id = $1 AND uid_validity = $2 AND highest_modseq = $3`,
);

export interface LoggedChange extends Masks {
  readonly firsts: readonly Uid[];
  readonly lasts: readonly Uid[];
  /** What the folder's counters grow by. */
  readonly unseen: number;
  readonly deleted: number;
}

/**
 * Writes the change, decided about by who knows the folder as `known` says it; without one it only asks.
 * Answers the folder after it, or null when the folder has changed since.
 */
export async function logFlags(
  db: Sql,
  { id, uidValidity, highestModseq }: Folder,
  change: LoggedChange | null,
): Promise<Folder | null> {
  const known = [id, uidValidity, highestModseq] as const;
  if (change === null) return (await translated(selectUnchanged(db, ...known)))[0] ?? null;
  const { firsts, lasts, kept, given, unseen, deleted } = change;
  const values = [...known, firsts, lasts, kept, given, unseen, deleted];
  return (await translated(insertEntry(db, ...values)))[0] ?? null;
}

const foldFlags = statement("flags.fold", "SELECT fold_flags($1)");

/** The caller has locked the folder: after it its rows say everything. */
export async function foldLocked(tx: Sql, id: FolderId): Promise<void> {
  await foldFlags(tx, id);
}

const foldRows = statement(
  "flags.fold-rows",
  `UPDATE message m SET modseq = c.modseq, flags = c.flags
   FROM unnest($2::bigint[], $3::bigint[], $4::int[]) AS c(uid, modseq, flags)
   WHERE m.folder_id = $1 AND m.uid = c.uid AND m.modseq < c.modseq`,
);
const raiseFolded = statement(
  "flags.folded",
  "UPDATE folder SET folded_modseq = GREATEST(folded_modseq, $2) WHERE id = $1",
);

export interface FoldedRows {
  readonly uids: readonly Uid[];
  readonly modseqs: readonly number[];
  readonly flags: readonly number[];
}

/** Rows as somebody knows them who has applied the log. In any order: what is newer in a row stays. */
export async function foldKnown(pool: pg.Pool, id: FolderId, rows: FoldedRows): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await lockFolders(tx, [id]);
    tx.unawaited(foldRows(tx, id, rows.uids, rows.modseqs, rows.flags));
  });
}

/** All entries up to that modseq are in the rows. */
export async function markFolded(db: Sql, id: FolderId, modseq: number): Promise<void> {
  await translated(raiseFolded(db, id, modseq));
}

const longUnfolded = statement<{ id: FolderId }>(
  "flags.long-unfolded",
  `SELECT f.id FROM folder f WHERE EXISTS (
     SELECT 1 FROM reflagged r WHERE r.folder_id = f.id AND r.kept IS NOT NULL
       AND r.modseq > f.folded_modseq AND r.modseq < f.highest_modseq - $1)`,
);
const pruneFlags = statement<{ pruned: number }>(
  "flags.prune",
  `WITH gone AS (
     DELETE FROM reflagged r USING folder f
     WHERE f.id = r.folder_id AND r.modseq < f.highest_modseq - $1
       AND (r.kept IS NULL OR r.modseq <= f.folded_modseq) RETURNING 1)
   SELECT count(*) AS pruned FROM gone`,
);

/** Entries that no view asks for any more. Answers how many went. */
export async function pruneReflagged(
  pool: pg.Pool,
  keep: number = KEEP_REFLAGGED,
): Promise<number> {
  for (const { id } of await translated(longUnfolded(pool, keep))) {
    await inTransaction(pool, async (tx) => {
      await lockFolders(tx, [id]);
      await foldLocked(tx, id);
    });
  }
  const [row] = await translated(pruneFlags(pool, keep));
  return row?.pruned ?? 0;
}
