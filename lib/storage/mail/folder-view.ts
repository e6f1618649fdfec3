/**
 * A folder as the sessions of this process see it: loaded once, shared, kept current by delta queries
 * (rows and expunges with a modseq above the last one seen).
 *
 * Refreshes run one after another; a request that arrives during one starts another after it, because
 * the running one may have read before the change. Listeners hear changes in the order of modseqs.
 */
import type { Folder, FolderChange, FolderId, MessageRow, Uid } from "../../mail/ports.ts";
import { statement, translated, type Sql } from "../sql.ts";
import { FOLDER_COLUMNS } from "./folder-rows.ts";
import { MessageTable } from "./message-table.ts";
import { PACKED_ROW, PackedRows } from "./packed-rows.ts";

/** Rows fetched at once while a folder is loaded: bounds what is held beside the table, and a turn. */
const LOAD_PAGE = 5_000;

const MESSAGE_COLUMNS = `uid, modseq, blob_id AS "blobId", flags, keywords, size,
  internal_date AS "internalDate", save_date AS "saveDate", email_id AS "emailId",
  thread_id AS "threadId"`;

const selectFolder = statement<Folder>(
  "view.folder",
  `SELECT ${FOLDER_COLUMNS} FROM folder WHERE id = $1`,
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
 * for every page. No bound by modseq: rows changed since the folder row was read must keep their place.
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

/** Three kinds: a message (blobId set), an expunge (only uid), nothing new (uid null). */
type DeltaRow = FolderPart &
  (
    MessageRow | { readonly uid: Uid | null; readonly modseq: number | null; readonly blobId: null }
  );
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

/** Modseqs that `reflagged` reaches back; a view that is further behind looks at every row. */
export const KEEP_REFLAGGED = 5_000;

/**
 * One statement, one snapshot: all that a transaction did is seen together. Parameters: the folder, the
 * modseq that is known, and for those it names the uidnext that is known. A message stands in `reflagged`
 * with the modseq that it has now exactly once.
 */
const deltaOf = (messages: string) =>
  `SELECT f.name AS "folderName", f.special_use AS "specialUse", f.uid_validity AS "uidValidity",
     f.uid_next AS "uidNext",
     f.expunged_floor AS "expungedFloor", f.highest_modseq AS "highestModseq", f.messages, f.unseen, f.deleted,
     f.bytes, d.*
   FROM folder f LEFT JOIN LATERAL (
     ${messages}
     UNION ALL
     SELECT uid, modseq, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
     FROM expunged WHERE folder_id = f.id AND modseq > $2
   ) d ON true
   WHERE f.id = $1 ORDER BY d.uid`;

const selectDelta = statement<DeltaRow>(
  "view.delta",
  deltaOf(`SELECT ${MESSAGE_COLUMNS} FROM message WHERE folder_id = f.id AND uid >= $3
     UNION ALL
     SELECT ${MESSAGE_COLUMNS} FROM (
       SELECT m.* FROM reflagged r CROSS JOIN LATERAL unnest(r.firsts, r.lasts) AS s(first, last)
       JOIN message m ON m.folder_id = r.folder_id AND m.uid BETWEEN s.first AND s.last
         AND m.modseq = r.modseq
       WHERE r.folder_id = f.id AND r.modseq > $2 AND m.uid < $3
     ) AS changed`),
);
const selectDeltaOfAll = statement<DeltaRow>(
  "view.delta-of-all",
  deltaOf(`SELECT ${MESSAGE_COLUMNS} FROM message WHERE folder_id = f.id AND modseq > $2`),
);

type KnownRow = Pick<MessageRow, "uid" | "modseq" | "flags" | "keywords">;

/** A message whose flags were changed, as they are now. */
export interface FlaggedRow {
  readonly uid: Uid;
  readonly flags: number;
  readonly keywords: readonly string[];
  readonly keywordsChanged: boolean;
}

/** Told of listeners that throw. */
export type OnError = (error: unknown) => void;

interface Parts {
  readonly db: Sql;
  readonly folder: Folder;
  readonly table: MessageTable;
  readonly onError: OnError;
}

export class FolderView {
  readonly table: MessageTable;
  folder: Folder;
  gone = false;
  /** It slept too long: the log of expunges no longer reaches back to what it knows. */
  outdated = false;
  readonly #db: Sql;
  readonly #onError: OnError;
  /** Modseq up to which the table is complete. */
  #known: number;
  readonly #changeListeners = new Set<(change: FolderChange) => void>();
  readonly #goneListeners = new Set<() => void>();
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  /** Null when there is no such folder. */
  static async load(db: Sql, id: FolderId, onError: OnError): Promise<FolderView | null> {
    const [folder] = await translated(selectFolder(db, id));
    if (folder === undefined) return null;
    const table = new MessageTable(folder.messages);
    // As many uids at once as hold somewhat less than a page of messages, if they lie evenly.
    const span = Math.ceil((0.8 * LOAD_PAGE * folder.uidNext) / Math.max(folder.messages, 1));
    for (let from: Uid | null = 1; from !== null;) {
      const pages: Page[] = await translated(selectPage(db, id, from, from + span));
      const [page] = pages;
      const rows = new PackedRows(page?.rows ?? Buffer.alloc(0));
      const keywords = Object.entries(page?.keywords ?? {});
      table.appendPacked(rows, new Map(keywords.map(([uid, words]) => [Number(uid), words])));
      from = rows.count === LOAD_PAGE ? rows.uid(LOAD_PAGE - 1) + 1 : (page?.next ?? null);
    }
    return new FolderView({ db, folder, table, onError });
  }

  private constructor({ db, folder, table, onError }: Parts) {
    this.#db = db;
    this.#onError = onError;
    this.folder = folder;
    this.table = table;
    this.#known = folder.highestModseq;
  }

  onChange(listener: (change: FolderChange) => void): () => void {
    this.#changeListeners.add(listener);
    return () => void this.#changeListeners.delete(listener);
  }

  onGone(listener: () => void): () => void {
    this.#goneListeners.add(listener);
    return () => void this.#goneListeners.delete(listener);
  }

  /** Nothing of what this row says is news. */
  isCurrent({ uidValidity, highestModseq, name, specialUse }: Folder): boolean {
    const own = this.folder;
    return (
      this.#known >= highestModseq &&
      own.uidValidity === uidValidity &&
      own.name === name &&
      own.specialUse === specialUse
    );
  }

  /**
   * Those of the uids that exist, when this is all that the folder holds as of that row; else null. For who
   * has the folder locked: nobody else changes it meanwhile.
   */
  rowsAsOf({ uidValidity, highestModseq }: Folder, uids: readonly Uid[]): KnownRow[] | null {
    if (this.gone || this.#known !== highestModseq || this.folder.uidValidity !== uidValidity)
      return null;
    const { table } = this;
    const rows: KnownRow[] = [];
    for (const uid of uids) {
      const row = table.rowOf(uid);
      if (row < 0) continue;
      const [modseq, flags, keywords] = [
        table.modseqAt(row),
        table.flagsAt(row),
        table.keywordsAt(row),
      ];
      rows.push({ uid, modseq, flags, keywords });
    }
    return rows;
  }

  /**
   * What this process has just committed: `folder` as it is after it. False when the view has not seen
   * what was before it: then it has to ask.
   */
  applyFlags(folder: Folder, edited: readonly FlaggedRow[]): boolean {
    const modseq = folder.highestModseq;
    if (this.gone || this.#known !== modseq - 1) return this.#known >= modseq;
    if (folder.uidValidity !== this.folder.uidValidity || folder.name !== this.folder.name)
      return false;
    this.folder = folder;
    this.#known = modseq;
    const changed: Uid[] = [];
    for (const { uid, flags, keywords } of edited) {
      const row = this.table.rowOf(uid);
      if (row < 0) continue;
      this.table.update(row, { modseq, flags, keywords });
      changed.push(uid);
    }
    this.#tell({ added: [], expunged: [], changed, highestModseq: modseq });
    return true;
  }

  /** Sees at least everything that was committed when it was called. */
  refresh(): Promise<void> {
    if (this.#next !== null) return this.#next;
    const start = () => {
      this.#next = null;
      return this.#catchUp();
    };
    const next = this.#last.then(start, start);
    this.#next = this.#last = next;
    return next;
  }

  async #catchUp(): Promise<void> {
    if (this.gone) return;
    const rows = await translated(this.#readDelta());
    const [first] = rows;
    if (first === undefined || first.uidValidity !== this.folder.uidValidity) return this.#leave();
    if (first.highestModseq < this.#known) return; // asked before a change that was applied meanwhile
    if (first.expungedFloor > this.#known && this.#changeListeners.size === 0)
      return void (this.outdated = true);
    const { folderName: name, specialUse, uidNext, highestModseq } = first;
    const { messages, unseen, deleted, bytes } = first;
    const counters = { uidNext, highestModseq, messages, unseen, deleted, bytes };
    this.folder = { ...this.folder, name, specialUse, ...counters };
    this.#known = highestModseq;
    const change = this.#apply(rows);
    if (change.added.length + change.expunged.length + change.changed.length > 0)
      this.#tell(change);
  }

  #tell(change: FolderChange): void {
    for (const listener of [...this.#changeListeners]) this.#guard(() => listener(change));
  }

  async #readDelta(): Promise<DeltaRow[]> {
    const [known, { id, uidNext }] = [this.#known, this.folder];
    const rows = await selectDelta(this.#db, id, known, uidNext);
    const behind = (rows[0]?.highestModseq ?? known) - known;
    return behind > KEEP_REFLAGGED ? selectDeltaOfAll(this.#db, id, known) : rows;
  }

  #apply(rows: readonly DeltaRow[]): FolderChange {
    const { table } = this;
    const added: Uid[] = [];
    const changed: Uid[] = [];
    const gone: number[] = [];
    for (const message of rows) {
      if (message.uid === null) continue;
      const row = table.rowOf(message.uid);
      if (message.blobId === null) {
        if (row >= 0) gone.push(row);
      } else if (row < 0) {
        table.append(message);
        added.push(message.uid);
      } else if (table.modseqAt(row) !== message.modseq) {
        table.update(row, message);
        changed.push(message.uid);
      }
    }
    const expunged = gone.map(table.uidAt);
    table.remove(gone);
    return { added, expunged, changed, highestModseq: this.#known };
  }

  #leave(): void {
    this.gone = true;
    for (const listener of [...this.#goneListeners]) this.#guard(listener);
  }

  /** One session's fault is not the next one's. */
  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#onError(error);
    }
  }
}
