/**
 * Who hears of a change after its commit: the open views of this process before the writer is
 * answered, everybody who watches the mailbox, and the other processes by one notice. A slow poll
 * finds what a lost notice would have said.
 */
import type { FolderId, MailboxNews } from "../../mail/ports.ts";
import type { Notice, Notifications } from "../notifications.ts";
import type { Sql } from "../sql.ts";
import type { FolderViews } from "./folder-views.ts";
import { mailboxFingerprints } from "./mailbox-fingerprints.ts";

const CHANNEL = "posthorn_mail";
/** How late a change made elsewhere may be when its notice was lost. */
const POLL_MS = 15_000;

/** Something changed: where, the watcher finds by itself. */
const CHANGED: MailboxNews = { annotations: false, rights: false, fromInbox: null };
const ANYTHING: MailboxNews = { annotations: true, rights: true, fromInbox: null };

type Watcher = (news: MailboxNews) => void;
/** Null: of all folders. */
type KeyWatcher = (folderId: FolderId | null) => void;

export interface ChangesParts {
  readonly db: Sql;
  readonly notifications: Notifications;
  readonly views: FolderViews;
  readonly onError: (error: unknown) => void;
}

export class MailChanges {
  readonly #db: Sql;
  readonly #notifications: Notifications;
  readonly #views: FolderViews;
  readonly #onError: (error: unknown) => void;
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #keyWatchers = new Map<string, Set<KeyWatcher>>();
  /** Of watched mailboxes, as of the last poll. */
  #fingerprints = new Map<string, string>();
  readonly #undo: (() => void)[];
  readonly #poll: NodeJS.Timeout;

  constructor({ db, notifications, views, onError }: ChangesParts) {
    this.#db = db;
    this.#notifications = notifications;
    this.#views = views;
    this.#onError = onError;
    this.#undo = [
      notifications.listen(CHANNEL, (notice) => this.#heard(notice)),
      notifications.onReconnect(() => this.#catchUp()),
    ];
    this.#poll = setInterval(() => void this.#lookAround(), POLL_MS).unref();
  }

  /**
   * Never rejects: the change is committed, whatever happens to its listeners. `seen`: folders whose views
   * have been told already.
   */
  async committed(
    touched: ReadonlyMap<FolderId, string>,
    { seen = [], ...more }: Partial<MailboxNews> & { readonly seen?: readonly FolderId[] } = {},
  ): Promise<void> {
    if (touched.size === 0) return;
    const news = { ...CHANGED, ...more };
    const mailboxes = [...new Set(touched.values())];
    const words = [...touched.keys()].map((id) => `f${id}`);
    this.#notifications.publish(CHANNEL, [...words, ...mailboxes.map((id) => wordOf(id, news))]);
    await this.#views.refresh([...touched.keys()].filter((id) => !seen.includes(id)));
    for (const mailboxId of mailboxes) this.#tell(mailboxId, news);
  }

  /** Something was committed that is in no folder's view. */
  told(mailboxId: string, more: Partial<MailboxNews> = {}): void {
    const news = { ...CHANGED, ...more };
    this.#notifications.publish(CHANNEL, [wordOf(mailboxId, news)]);
    this.#tell(mailboxId, news);
  }

  /** The account has another access key. */
  keyReset(mailboxId: string, folderId: FolderId | null): void {
    this.#notifications.publish(CHANNEL, [`k${mailboxId}:${folderId ?? ""}`]);
    this.#tellKey(mailboxId, folderId);
  }

  watchMailbox(mailboxId: string, listener: Watcher): () => void {
    return joining(this.#watchers, mailboxId, listener);
  }

  watchAccessKeys(mailboxId: string, listener: KeyWatcher): () => void {
    return joining(this.#keyWatchers, mailboxId, listener);
  }

  close(): void {
    clearInterval(this.#poll);
    for (const off of this.#undo) off();
  }

  #heard({ own, words }: Notice): void {
    if (own) return; // told at once, in `committed`
    const folders = words.filter((word) => word.startsWith("f")).map((word) => word.slice(1));
    const told = this.#views.refresh(folders.map(Number));
    void told.then(() => {
      for (const word of words) this.#hearWord(word);
    });
  }

  #hearWord(word: string): void {
    const [mailboxId = "", folder = ""] = word.slice(1).split(":");
    if (word.startsWith("m")) this.#tell(mailboxId, CHANGED);
    if (word.startsWith("a")) this.#tell(mailboxId, { ...CHANGED, annotations: true });
    if (word.startsWith("r")) this.#tell(mailboxId, { ...CHANGED, rights: true });
    if (word.startsWith("i")) this.#tell(mailboxId, { ...CHANGED, fromInbox: Number(folder) });
    if (word.startsWith("k")) this.#tellKey(mailboxId, folder === "" ? null : Number(folder));
  }

  /** The connection was gone: whatever was said meanwhile is lost. */
  #catchUp(): void {
    for (const mailboxId of this.#watchers.keys()) this.#tell(mailboxId, ANYTHING);
    this.#views.poll().catch(this.#onError);
  }

  /** One query for all that is watched: only those hear of it that have changed. */
  async #lookAround(): Promise<void> {
    this.#views.poll().catch(this.#onError);
    if (this.#watchers.size === 0) return;
    try {
      const known = this.#fingerprints;
      this.#fingerprints = await mailboxFingerprints(this.#db, [...this.#watchers.keys()]);
      for (const [mailboxId, fingerprint] of this.#fingerprints)
        if (known.get(mailboxId) !== fingerprint) this.#tell(mailboxId, ANYTHING);
    } catch (error) {
      this.#onError(error);
    }
  }

  #tell(mailboxId: string, news: MailboxNews): void {
    this.#callAll(this.#watchers.get(mailboxId), (listener) => listener(news));
  }

  #tellKey(mailboxId: string, folderId: FolderId | null): void {
    this.#callAll(this.#keyWatchers.get(mailboxId), (listener) => listener(folderId));
  }

  #callAll<L>(listeners: ReadonlySet<L> | undefined, call: (listener: L) => void): void {
    for (const listener of [...(listeners ?? [])]) {
      try {
        call(listener);
      } catch (error) {
        this.#onError(error); // one session's fault is not the next one's
      }
    }
  }
}

/** Answers how to leave; the last one leaves nothing behind. */
function joining<L>(all: Map<string, Set<L>>, mailboxId: string, listener: L): () => void {
  const set = all.get(mailboxId) ?? new Set();
  all.set(mailboxId, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0 && all.get(mailboxId) === set) all.delete(mailboxId);
  };
}

function wordOf(mailboxId: string, { annotations, rights, fromInbox }: MailboxNews): string {
  if (fromInbox !== null) return `i${mailboxId}:${fromInbox}`;
  if (rights) return `r${mailboxId}`;
  return `${annotations ? "a" : "m"}${mailboxId}`;
}
