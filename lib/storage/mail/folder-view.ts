/**
 * A folder as the sessions of this process see it: loaded once, shared, kept current by delta queries
 * (what has a modseq above the last one seen). Changes of system flags it decides about itself and writes to
 * the flag log (flag-log.ts), which it folds into the rows from time to time.
 *
 * Refreshes run one after another; a request that arrives during one starts another after it, because
 * the running one may have read before the change. Listeners hear changes in the order of modseqs.
 */
import type pg from "pg";
import { portions } from "../../mail/portions.ts";
import type { Folder, FolderChange, FolderId, MessageRow, Uid } from "../../mail/ports.ts";
import { rowFinder } from "../../mail/row-finder.ts";
import { translated } from "../sql.ts";
import { foldKnown, logFlags, markFolded, type FlagEntry } from "./flag-log.ts";
import { ascending, planFlags, type FlagPlan, type FlagRequest } from "./flag-plan.ts";
import { readDelta, type DeltaRow } from "./folder-delta.ts";
import { loadFolder, type LoadedFolder } from "./folder-load.ts";
import type { MessageTable } from "./message-table.ts";

/** A change that others were quicker than is decided about again so often, then with the folder locked. */
const MAX_TRIES = 3;
/** So many messages changed in the log, and the rows are brought up to it. */
const FOLD_AT = 1_000_000;
/** Rows at once: while they are written, who changes the folder waits. */
const FOLD_PORTION = 500;

type KnownRow = Pick<MessageRow, "uid" | "modseq" | "flags" | "keywords" | "size">;

/** A message whose flags were changed, as they are now. */
export interface FlaggedRow {
  readonly uid: Uid;
  readonly flags: number;
  readonly keywords: readonly string[];
  readonly keywordsChanged: boolean;
}

/** Told of listeners that throw. */
export type OnError = (error: unknown) => void;

/** What a change of flags came to. */
export interface Reflagged {
  /** Messages that differ afterwards; a STORE that changes nothing raises no modseq. */
  readonly changed: readonly Uid[];
  readonly refused: Uid[];
  /** With its counters after the change. */
  readonly folder: Folder;
  /** The view knows it already, and has told its listeners. */
  readonly seen: boolean;
}

export class FolderView {
  readonly table: MessageTable;
  folder: Folder;
  gone = false;
  /** It slept too long: the log of expunges no longer reaches back to what it knows. */
  outdated = false;
  readonly #pool: pg.Pool;
  readonly #onError: OnError;
  /** Modseq up to which the table is complete. */
  #known: number;
  readonly #changeListeners = new Set<(change: FolderChange) => void>();
  readonly #goneListeners = new Set<() => void>();
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;
  /** Changes of flags by this process, one after another. */
  #lastFlags: Promise<unknown> = Promise.resolve();
  /** Modseq up to which the rows say what the table says. */
  #folded: number;
  /** Messages changed in the log since. */
  #unfolded: number;
  #folding: Promise<void> | null = null;
  #askedAt = 0;

  /** Null when there is no such folder. */
  static async load(pool: pg.Pool, id: FolderId, onError: OnError): Promise<FolderView | null> {
    const loaded = await loadFolder(pool, id);
    return loaded && new FolderView(pool, loaded, onError);
  }

  private constructor(pool: pg.Pool, loaded: LoadedFolder, onError: OnError) {
    this.#pool = pool;
    this.#onError = onError;
    this.folder = loaded.folder;
    this.table = loaded.table;
    this.#known = loaded.folder.highestModseq;
    this.#folded = loaded.folded;
    this.#unfolded = loaded.unfolded;
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
    const rowOf = rowFinder(table);
    for (const uid of ascending(uids)) {
      const row = rowOf(uid);
      if (row < 0) continue;
      const [modseq, flags, size] = [table.modseqAt(row), table.flagsAt(row), table.sizeAt(row)];
      rows.push({ uid, modseq, flags, keywords: table.keywordsAt(row), size });
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
    if (!edited.some(({ keywordsChanged }) => keywordsChanged)) this.#logged(edited.length);
    for (const { uid, flags, keywords } of edited) {
      const row = this.table.rowOf(uid);
      if (row < 0) continue;
      this.table.update(row, { modseq, flags, keywords });
      changed.push(uid);
    }
    this.#tell({ added: [], expunged: [], changed, highestModseq: modseq });
    return true;
  }

  /**
   * Changes system flags. Null: keywords may change, or others change the folder all the time; that is done
   * with the folder locked.
   */
  reflag(request: FlagRequest): Promise<Reflagged | null> {
    const start = () => this.#reflag(request);
    const mine = this.#lastFlags.then(start, start);
    this.#lastFlags = mine;
    return mine;
  }

  async #reflag(request: FlagRequest): Promise<Reflagged | null> {
    for (let attempt = 1; attempt <= MAX_TRIES && !this.gone; attempt++) {
      const plan = planFlags(this.table, request);
      if (plan === null) return null;
      const { uids: changed, refused } = plan;
      const known = { ...this.folder, highestModseq: this.#known };
      const folder = await logFlags(this.#pool, known, changed.length > 0 ? plan : null);
      if (folder === null) {
        await this.refresh();
        continue;
      }
      const seen = changed.length === 0 || this.#applyPlan(folder, plan);
      return { changed, refused, folder, seen };
    }
    return null;
  }

  /** It is committed. False when the view has not seen what was before it. */
  #applyPlan(folder: Folder, { kept, given, uids, rows }: FlagPlan): boolean {
    const { table } = this;
    const modseq = folder.highestModseq;
    if (this.gone || this.#known !== modseq - 1) return this.#known >= modseq;
    if (folder.name !== this.folder.name) return false;
    this.folder = folder;
    this.#known = modseq;
    for (const row of rows) table.setFlags(row, modseq, (table.flagsAt(row) & kept) | given);
    this.#logged(rows.length);
    this.#tell({ added: [], expunged: [], changed: uids, highestModseq: modseq });
    return true;
  }

  #logged(messages: number): void {
    this.#unfolded += messages;
    if (this.#unfolded >= FOLD_AT) this.fold().catch(this.#onError);
  }

  /** Nothing has changed since this was asked for the last time: rows that are folded now stay so. */
  isQuiet(): boolean {
    const before = this.#askedAt;
    this.#askedAt = this.#known;
    return before === this.#known;
  }

  /** Brings the rows up to the log, as far as this process knows it. */
  fold(): Promise<void> {
    this.#folding ??= this.#fold().finally(() => (this.#folding = null));
    return this.#folding;
  }

  async #fold(): Promise<void> {
    if (this.#unfolded === 0 || this.gone) return;
    const { table, folder } = this;
    const [upTo, unfolded] = [this.#known, this.#unfolded];
    for (const uids of portions(table.uidsAbove(this.#folded), FOLD_PORTION)) {
      const rows = uids.map(table.rowOf).filter((row) => row >= 0);
      const columns = {
        uids: rows.map(table.uidAt),
        modseqs: rows.map(table.modseqAt),
        flags: rows.map(table.flagsAt),
      };
      await foldKnown(this.#pool, folder.id, columns);
    }
    await markFolded(this.#pool, folder.id, upTo);
    this.#folded = upTo;
    this.#unfolded -= unfolded;
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
    const rows = await translated(readDelta(this.#pool, this.folder, this.#known));
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

  #apply(rows: readonly DeltaRow[]): FolderChange {
    const { table } = this;
    const added = new Set<Uid>();
    const changed = new Set<Uid>();
    const gone: number[] = [];
    const entries: FlagEntry[] = [];
    for (const message of rows) {
      if (message.entry !== null) entries.push(message.entry);
      if (message.uid === null) continue;
      const row = table.rowOf(message.uid);
      if (message.blobId === null) {
        if (row >= 0) gone.push(row);
      } else if (row < 0) {
        table.append(message);
        added.add(message.uid);
      } else if (table.modseqAt(row) < message.modseq) {
        table.update(row, message);
        changed.add(message.uid);
      }
    }
    const expunged = gone.map(table.uidAt);
    table.remove(gone);
    let logged = 0;
    for (const entry of entries)
      table.applyEntry(entry, (uid) => {
        logged++;
        if (!added.has(uid)) changed.add(uid);
      });
    this.#logged(logged);
    return {
      added: [...added],
      expunged,
      changed: [...changed].sort((a, b) => a - b),
      highestModseq: this.#known,
    };
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
