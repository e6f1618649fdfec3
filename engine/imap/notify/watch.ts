/**
 * What a session tells of mailboxes that it has not selected: RFC 5465 §5, by comparing what is there
 * now with what it saw last. A notice only says that it is time to look; a look is two or three short
 * queries, and there is a pause between looks, so that the pace is ours and not that of the changes.
 * Held: one row per folder, one digest per annotation.
 *
 * What the client did itself is not told to it (§5): commands say what that was.
 */
import type { Folder, FolderId, MailboxNews, Uid } from "../../../lib/mail/ports.ts";
import { listSeen } from "../access.ts";
import type { Seen } from "../access.ts";
import { LOOK_PAUSE_MS, MAX_TOLD_AT_ONCE } from "../limits.ts";
import { parentsOf } from "../listing.ts";
import type { ImapSession } from "../state.ts";
import { NOTHING, withOwn } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";
import { sayAll, sayDenied, sayingsOf } from "./telling.ts";
import type { Listener } from "./telling.ts";
import type { Wishes } from "./wishes.ts";

export class Watch {
  readonly #session: ImapSession;
  readonly #wishes: Wishes;
  /** Accounts that are watched: one's own, and those whose mailboxes are shared with it. */
  readonly #watched = new Map<string, () => void>();
  /** It is time to look. */
  due = false;
  #pause: NodeJS.Timeout | null = null;
  #lastLook = 0;
  #seen = NOTHING;
  #annotationsChanged = true;
  /** Names that the client itself created, deleted, renamed; and subscribed. Until the next look. */
  readonly #known = {
    ownNames: new Set<string>(),
    ownRenames: new Map<string, string>(),
    ownSubscriptions: new Set<string>(),
    fromInbox: new Set<FolderId>(),
  };

  /** Sees everything as it is now, and from now on what changes. */
  static async start(session: ImapSession, wishes: Wishes): Promise<Watch> {
    const watch = new Watch(session, wishes);
    try {
      watch.#seen = await watch.#look();
      return watch;
    } catch (error) {
      watch.close();
      throw error;
    }
  }

  private constructor(session: ImapSession, wishes: Wishes) {
    this.#session = session;
    this.#wishes = wishes;
    this.#watchOwners([]);
  }

  #watchOwners(folders: readonly Folder[]): void {
    const { owner, context } = this.#session;
    const owners = new Set([owner.mailboxId, ...folders.map(({ mailboxId }) => mailboxId)]);
    for (const id of owners) {
      if (this.#watched.has(id)) continue;
      this.#watched.set(
        id,
        context.store.watchMailbox(id, (news) => this.#hear(news)),
      );
    }
    for (const [id, release] of this.#watched) {
      if (owners.has(id)) continue;
      release();
      this.#watched.delete(id);
    }
  }

  close(): void {
    for (const release of this.#watched.values()) release();
    this.#watched.clear();
    if (this.#pause !== null) clearTimeout(this.#pause);
  }

  #hear({ annotations, fromInbox }: MailboxNews): void {
    if (annotations) this.#annotationsChanged = true;
    if (fromInbox !== null) this.#known.fromInbox.add(fromInbox);
    if (this.due || this.#pause !== null) return;
    const wait = this.#lastLook + LOOK_PAUSE_MS - performance.now();
    this.#pause = setTimeout(
      () => {
        this.#pause = null;
        this.due = true;
        this.#session.wake();
      },
      Math.max(0, wait),
    ).unref();
  }

  /** NOOP: whatever was heard. */
  lookNow(): void {
    this.#annotationsChanged = true;
    this.due = true;
  }

  async #look(): Promise<Snapshot> {
    const { store } = this.#session.context;
    const { mailboxId } = this.#session.owner;
    this.#lastLook = performance.now();
    const digests = this.#wantsAnnotations && this.#annotationsChanged;
    if (digests) this.#annotationsChanged = false;
    try {
      const [folders, subscriptions] = await Promise.all([
        listSeen(this.#session),
        store.listSubscriptions(mailboxId),
      ]);
      this.#watchOwners(folders);
      const annotations = digests
        ? await store.metadataDigests(mailboxId, othersOf(folders, mailboxId))
        : this.#seen.annotations;
      return {
        folders: new Map(folders.map((folder) => [folder.id, folder])),
        subscriptions: new Set(subscriptions),
        annotations,
      };
    } catch (error) {
      this.#annotationsChanged = true;
      throw error;
    }
  }

  get #wantsAnnotations(): boolean {
    const events = ["MailboxMetadataChange", "ServerMetadataChange"] as const;
    return events.some((event) => this.#wishes.anywhere(event));
  }

  // ── Telling ───────────────────────────────────────────────────────────────────────────────────

  /**
   * Looks, and tells what is different. False when that is more than anybody could follow (§5.8). Does
   * not reject for the store's sake: the next notice or poll tries again.
   */
  async tell(): Promise<boolean> {
    this.due = false;
    let now: Snapshot;
    try {
      now = await this.#look();
    } catch (error) {
      this.#session.log.warn({ err: error }, "imap: could not look for news");
      return true;
    }
    const sayings = sayingsOf(this.#listener, { before: this.#seen, now }, this.#known);
    this.#seen = now;
    for (const own of Object.values(this.#known)) own.clear();
    const { out } = this.#session;
    if (sayings.length > MAX_TOLD_AT_ONCE) {
      out.status("OK", "Too much has changed at once", "NOTIFICATIONOVERFLOW");
      return false;
    }
    for (const say of sayings) {
      await say();
      if (out.full) await out.flush();
    }
    return true;
  }

  /** How things stand, for a client that has just asked to be told: with STATUS, if it wants that. */
  async tellStart({ status }: { status: boolean }): Promise<void> {
    sayDenied(this.#listener, this.#seen);
    if (status) await sayAll(this.#listener, this.#seen);
  }

  get #listener(): Listener {
    return { session: this.#session, wishes: this.#wishes };
  }

  // ── What the client did itself ────────────────────────────────────────────────────────────────

  /** Names, and what stands above them, are what the client made of them. */
  ownNames(...names: readonly string[]): void {
    for (const name of [...names, ...parentsOf(names)]) this.#known.ownNames.add(name);
  }

  /** What stands below moves along. */
  ownRename(from: string, to: string): void {
    this.ownNames(from, to);
    this.#known.ownRenames.set(from, to);
  }

  ownFolder(folder: Seen): void {
    this.ownNames(folder.name);
    this.#keep(folder);
  }

  ownSubscription(name: string): void {
    this.#known.ownSubscriptions.add(name);
  }

  /** `folder` as it was before; it may be one that the client made a moment ago. */
  ownMessages(folder: Seen, uids: readonly Uid[]): void {
    const made = this.#known.ownNames.has(folder.name) ? folder : undefined;
    const known = this.#seen.folders.get(folder.id) ?? made;
    if (known !== undefined) this.#keep(withOwn(known, uids));
  }

  /** The session knows the folder as it is. */
  knows(folder: Folder): void {
    const known = this.#seen.folders.get(folder.id);
    if (known === undefined) return;
    const { name, specialUse } = known;
    this.#keep({ ...known, ...folder, name, specialUse });
  }

  #keep(folder: Seen): void {
    const folders = new Map(this.#seen.folders).set(folder.id, folder);
    this.#seen = { ...this.#seen, folders };
  }

  /** Entries that the client set are seen as they are by now; they have raised the folder's modseq by one. */
  async ownAnnotations(id: FolderId | null, entries: Iterable<string>): Promise<void> {
    const folder = id === null ? undefined : this.#seen.folders.get(id);
    if (folder !== undefined) this.#keep({ ...folder, highestModseq: folder.highestModseq + 1 });
    if (!this.#wantsAnnotations) return;
    const own = new Set(entries);
    const isOwn = (one: { folderId: FolderId | null; entry: string }) =>
      one.folderId === id && own.has(one.entry);
    const { store } = this.#session.context;
    const { mailboxId } = this.#session.owner;
    const others = othersOf([...this.#seen.folders.values()], mailboxId);
    const now = await store.metadataDigests(mailboxId, others);
    const annotations = [
      ...this.#seen.annotations.filter((one) => !isOwn(one)),
      ...now.filter(isOwn),
    ];
    this.#seen = { ...this.#seen, annotations };
  }
}

function othersOf(folders: readonly Folder[], mailboxId: string): FolderId[] {
  return folders.filter((folder) => folder.mailboxId !== mailboxId).map(({ id }) => id);
}
