/** A folder as it is read for the first time, in one snapshot. */
import type pg from "pg";
import type { Folder, FolderId, Uid } from "../../mail/ports.ts";
import { inSnapshot, statement, type Sql } from "../sql.ts";
import { selectUnfolded } from "./flag-log.ts";
import { FOLDER_COLUMNS } from "./folder-rows.ts";
import { MessageTable } from "./message-table.ts";
import { PACKED_ROW, PackedRows } from "./packed-rows.ts";

/** Rows fetched at once: bounds what is held beside the table, and a turn. */
const LOAD_PAGE = 5_000;

const selectFolder = statement<Folder & { foldedModseq: number }>(
  "view.folder",
  `SELECT ${FOLDER_COLUMNS}, folded_modseq AS "foldedModseq" FROM folder WHERE id = $1`,
);
interface Page {
  readonly rows: Buffer | null;
  /** By uid; those that have any. */
  readonly keywords: Readonly<Record<string, readonly string[]>> | null;
  /** The first uid past the end that was given; null when there is none. */
  readonly next: Uid | null;
}
/**
 * Uids from `$2` to `$3`. Both ends are given, or a planner without statistics would sort all that follows
 * for every page.
 */
const selectPage = statement<Page>(
  "view.page",
  `SELECT string_agg(${PACKED_ROW}, ''::bytea ORDER BY uid) AS rows,
     json_object_agg(uid, keywords) FILTER (WHERE cardinality(keywords) > 0) AS keywords,
     (SELECT min(uid) FROM message WHERE folder_id = $1 AND uid > $3) AS next
   FROM (
     SELECT * FROM message WHERE folder_id = $1 AND uid BETWEEN $2 AND $3 ORDER BY uid LIMIT ${LOAD_PAGE}
   ) AS m`,
);

export interface LoadedFolder {
  readonly folder: Folder;
  readonly table: MessageTable;
  /** Up to this modseq all changes of flags are in the rows. */
  readonly folded: number;
  /** Messages changed by entries of the log that no row has taken in. */
  readonly unfolded: number;
}

/** Null when there is no such folder. */
export function loadFolder(pool: pg.Pool, id: FolderId): Promise<LoadedFolder | null> {
  return inSnapshot(pool, async (tx) => {
    const [row] = await selectFolder(tx, id);
    if (row === undefined) return null;
    const { foldedModseq: folded, ...folder } = row;
    const table = await readRows(tx, folder);
    let unfolded = 0;
    for (const { entry } of await selectUnfolded(tx, id))
      table.applyEntry(entry, () => void unfolded++);
    return { folder, table, folded, unfolded };
  });
}

async function readRows(tx: Sql, { id, uidNext, messages }: Folder): Promise<MessageTable> {
  const table = new MessageTable(messages);
  // As many uids at once as hold somewhat less than a page of messages, if they lie evenly.
  const span = Math.ceil((0.8 * LOAD_PAGE * uidNext) / Math.max(messages, 1));
  for (let from: Uid | null = 1; from !== null;) {
    const pages: Page[] = await selectPage(tx, id, from, from + span);
    const [page] = pages;
    const rows = new PackedRows(page?.rows ?? Buffer.alloc(0));
    const keywords = Object.entries(page?.keywords ?? {});
    table.appendPacked(rows, new Map(keywords.map(([uid, words]) => [Number(uid), words])));
    from = rows.count === LOAD_PAGE ? rows.uid(LOAD_PAGE - 1) + 1 : (page?.next ?? null);
  }
  return table;
}
