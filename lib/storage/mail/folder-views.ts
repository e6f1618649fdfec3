/**
 * The folder views of this process: one per folder, counted, told of changes. A session gets a handle
 * (OpenFolder). A view that nobody holds any more is kept for a while, untold, because the same folder is
 * selected again and again; whoever opens it has it catch up.
 */
import type { Folder, FolderChange, FolderId, OpenFolder, Uid } from "../../mail/ports.ts";
import { MailError } from "../../mail/errors.ts";
import type pg from "pg";
import { statement } from "../sql.ts";
import { FolderView, type OnError } from "./folder-view.ts";

/** Views that nobody holds: so long, and so many messages in all (some 85 octets each). */
const IDLE_MS = 10 * 60_000;
const MAX_IDLE_ROWS = 1_250_000;

interface IdleView {
  readonly view: FolderView;
  readonly since: number;
}

interface Entry {
  readonly view: Promise<FolderView>;
  loaded: FolderView | null;
  handles: number;
}

const selectModseqs = statement<{ id: FolderId; highestModseq: number }>(
  "view.modseqs",
  `SELECT id, highest_modseq AS "highestModseq" FROM folder WHERE id = ANY($1)`,
);

export class FolderViews {
  readonly #pool: pg.Pool;
  readonly #onError: OnError;
  readonly #entries = new Map<FolderId, Entry>();
  /** Oldest first. */
  readonly #idle = new Map<FolderId, IdleView>();
  readonly #folding = new Set<Promise<void>>();

  constructor(pool: pg.Pool, onError: OnError) {
    this.#pool = pool;
    this.#onError = onError;
  }

  /** At least as current as `folder`, which was read just now. Throws noSuchFolder. */
  async open(folder: Folder): Promise<OpenFolder> {
    const { id } = folder;
    const entry = this.#entry(folder);
    entry.handles++;
    try {
      const view = await entry.view;
      if (!view.isCurrent(folder)) await view.refresh();
      if (view.gone) throw new MailError("noSuchFolder", "No such folder");
      return new Handle(view, () => this.#release(id, entry));
    } catch (error) {
      this.#release(id, entry);
      throw error;
    }
  }

  /** The view of a folder that somebody has open, if it is loaded. */
  held(id: FolderId): FolderView | null {
    return this.#entries.get(id)?.loaded ?? null;
  }

  /** Catches up the open views among these. Never rejects: a view that could not is found by `poll`. */
  async refresh(ids: Iterable<FolderId>): Promise<void> {
    const open = [...ids].flatMap((id) => this.#entries.get(id)?.loaded ?? []);
    await Promise.all(open.map((view) => view.refresh().catch(this.#onError)));
  }

  /** What a lost notice would have said. */
  async poll(): Promise<void> {
    this.#forgetIdle();
    const open = [...this.#entries.values()].flatMap((entry) => entry.loaded ?? []);
    const idle = [...this.#idle.values()].map(({ view }) => view);
    if (open.length > 0) await this.#catchUp(open);
    for (const view of [...open, ...idle]) if (view.isQuiet()) await this.#fold(view);
  }

  async #catchUp(open: readonly FolderView[]): Promise<void> {
    const rows = await selectModseqs(
      this.#pool,
      open.map((view) => view.folder.id),
    );
    const current = new Map(rows.map((row) => [row.id, row.highestModseq]));
    const stale = open.filter((v) => current.get(v.folder.id) !== v.folder.highestModseq);
    await this.refresh(stale.map((view) => view.folder.id));
  }

  /** Resolves when no view is writing. */
  async folded(): Promise<void> {
    await Promise.allSettled(this.#folding);
  }

  /** Never rejects: what is not folded now is folded by whoever loads it next. */
  async #fold(view: FolderView): Promise<void> {
    const folding = view.fold().catch(this.#onError);
    this.#folding.add(folding);
    await folding;
    this.#folding.delete(folding);
  }

  #entry(folder: Folder): Entry {
    const { id } = folder;
    const existing = this.#entries.get(id);
    if (existing !== undefined && existing.loaded?.gone !== true) return existing;
    const entry: Entry = { view: this.#revive(folder), loaded: null, handles: 0 };
    entry.view.then(
      (view) => (entry.loaded = view),
      () => undefined, // open() tells
    );
    this.#entries.set(id, entry);
    return entry;
  }

  async #revive(folder: Folder): Promise<FolderView> {
    const idle = this.#idle.get(folder.id)?.view;
    this.#idle.delete(folder.id);
    if (idle === undefined) return this.#load(folder.id);
    if (!idle.isCurrent(folder)) await idle.refresh();
    return idle.gone || idle.outdated ? this.#load(folder.id) : idle;
  }

  async #load(id: FolderId): Promise<FolderView> {
    const view = await FolderView.load(this.#pool, id, this.#onError);
    if (view === null) throw new MailError("noSuchFolder", "No such folder");
    return view;
  }

  #release(id: FolderId, entry: Entry): void {
    entry.handles--;
    if (entry.handles > 0 || this.#entries.get(id) !== entry) return;
    this.#entries.delete(id);
    if (entry.loaded === null || entry.loaded.gone) return;
    this.#idle.set(id, { view: entry.loaded, since: performance.now() });
    this.#forgetIdle();
  }

  #forgetIdle(): void {
    let rows = [...this.#idle.values()].reduce((sum, { view }) => sum + view.table.count, 0);
    for (const [id, { view, since }] of this.#idle) {
      if (rows <= MAX_IDLE_ROWS && performance.now() - since < IDLE_MS) return;
      this.#idle.delete(id);
      void this.#fold(view);
      rows -= view.table.count;
    }
  }
}

/** One session's hold on a view. After `close` its listeners are off. */
class Handle implements OpenFolder {
  readonly #view: FolderView;
  readonly #table: FolderView["table"];
  readonly #undo: (() => void)[] = [];
  #release: (() => void) | null;

  constructor(view: FolderView, release: () => void) {
    this.#view = view;
    this.#table = view.table;
    this.#release = release;
  }

  get folder() {
    return this.#view.folder;
  }
  get count() {
    return this.#table.count;
  }
  uidAt(row: number) {
    return this.#table.uidAt(row);
  }
  rowOf(uid: Uid) {
    return this.#table.rowOf(uid);
  }
  lowerBound(uid: Uid) {
    return this.#table.lowerBound(uid);
  }
  flagsAt(row: number) {
    return this.#table.flagsAt(row);
  }
  keywordsAt(row: number) {
    return this.#table.keywordsAt(row);
  }
  keywordsInUse() {
    return this.#table.keywordsInUse();
  }
  modseqAt(row: number) {
    return this.#table.modseqAt(row);
  }
  sizeAt(row: number) {
    return this.#table.sizeAt(row);
  }
  blobAt(row: number) {
    return this.#table.blobAt(row);
  }
  internalDateAt(row: number) {
    return this.#table.internalDateAt(row);
  }
  messageAt(row: number) {
    return this.#table.messageAt(row);
  }
  uids() {
    return this.#table.uids();
  }
  onChange(listener: (change: FolderChange) => void) {
    return this.#keep(this.#view.onChange(listener));
  }
  onGone(listener: () => void) {
    return this.#keep(this.#view.onGone(listener));
  }
  refresh() {
    return this.#view.refresh();
  }

  close(): void {
    for (const off of this.#undo) off();
    this.#release?.();
    this.#release = null;
  }

  #keep(off: () => void): () => void {
    this.#undo.push(off);
    return off;
  }
}
