/**
 * What a session tells of mailboxes that it has not selected: RFC 5465 §5, by comparing what is there
 * now with what it saw last. A notice only says that it is time to look; a look is two or three short
 * queries, and there is a pause between looks, so that the pace is ours and not that of the changes.
 * Held: one row per folder, one digest per annotation.
 *
 * What the client did itself is not told to it (§5): commands say what that was.
 */
import type { StatusItem } from "../../../lib/codec/imap/types.ts";
import type { Folder, FolderId, MailboxNews, Uid } from "../../../lib/mail/ports.ts";
import { hasRights } from "../../../lib/mail/rights.ts";
import { listSeen } from "../access.ts";
import type { Seen } from "../access.ts";
import { sayListed } from "../commands/list.ts";
import { LOOK_PAUSE_MS, MAX_TOLD_AT_ONCE } from "../limits.ts";
import { attributesOf, byInboxFirst, parentsOf } from "../listing.ts";
import { tellMetadata } from "../metadata.ts";
import type { ImapSession } from "../state.ts";
import { tellStatus } from "../status-items.ts";
import {
  annotationChanges,
  messageChanges,
  nameChanges,
  NOTHING,
  subscriptionChanges,
  withOwn,
} from "./snapshot.ts";
import type { MessageChange, Snapshot } from "./snapshot.ts";
import type { Wishes } from "./wishes.ts";

type Say = () => void | Promise<void>;

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
  readonly #fromInbox = new Set<FolderId>();
  /** Names that the client itself created, deleted, renamed; and subscribed. */
  readonly #ownNames = new Set<string>();
  readonly #ownSubscriptions = new Set<string>();

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
    if (fromInbox !== null) this.#fromInbox.add(fromInbox);
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
    const before = this.#seen;
    this.#seen = now;
    const sayings = [
      ...this.#names(before, now),
      ...this.#statuses(before, now),
      ...this.#annotations(before, now),
    ];
    this.#fromInbox.clear();
    this.#ownNames.clear();
    this.#ownSubscriptions.clear();
    if (sayings.length > MAX_TOLD_AT_ONCE) {
      this.#session.out.status("OK", "Too much has changed at once", "NOTIFICATIONOVERFLOW");
      return false;
    }
    for (const say of sayings) {
      await say();
      if (this.#session.out.full) await this.#session.out.flush();
    }
    return true;
  }

  #names(before: Snapshot, now: Snapshot): Say[] {
    const subscribed = new Set([...before.subscriptions, ...now.subscriptions]);
    const wants = (name: string, event: "MailboxName" | "SubscriptionChange") =>
      this.#wishes.eventsOf(name, subscribed).has(event);
    const told = new Map<string, string | null>();
    for (const [name, { oldName }] of nameChanges(before, now, this.#fromInbox)) {
      if (this.#ownNames.has(name)) continue;
      if (wants(name, "MailboxName") || (oldName !== null && wants(oldName, "MailboxName")))
        told.set(name, oldName);
    }
    for (const name of subscriptionChanges(before, now)) {
      if (this.#ownSubscriptions.has(name) || told.has(name)) continue;
      if (wants(name, "SubscriptionChange")) told.set(name, null);
    }
    if (told.size === 0) return [];
    const sayName = this.#namesIn(now);
    return [...told]
      .sort(([a], [b]) => byInboxFirst(a, b))
      .map(
        ([name, oldName]) =>
          () =>
            sayName(name, oldName),
      );
  }

  /** Says a name with all that is true of it now. */
  #namesIn({ folders, subscriptions }: Snapshot): (name: string, oldName: string | null) => void {
    const byName = new Map([...folders.values()].map((folder) => [folder.name, folder]));
    const parents = parentsOf([...byName.keys()]);
    return (name, oldName) => {
      const folder = byName.get(name) ?? null;
      const denied = folder !== null && !hasRights(folder.rights, "r");
      const facts = { children: parents.has(name), subscribed: subscriptions.has(name) };
      const attributes = [...(denied ? ["\\NoAccess"] : []), ...attributesOf(folder, facts)];
      sayListed(this.#session, "LIST", { name, attributes, childInfo: [], folder, oldName });
    };
  }

  /** §3.1: what was asked for and may be looked up, but not read. */
  tellDenied(): void {
    const { folders, subscriptions } = this.#seen;
    const sayName = this.#namesIn(this.#seen);
    for (const { name, rights } of folders.values()) {
      if (hasRights(rights, "r") || this.#wishes.eventsOf(name, subscriptions).size === 0) continue;
      sayName(name, null);
    }
  }

  #statuses(before: Snapshot, now: Snapshot): Say[] {
    return messageChanges(before, now).flatMap((change) => {
      if (change.folder.id === this.#session.selected?.folder.id) return [];
      const items = this.#itemsOf(change, now);
      return items.length === 0 ? [] : [() => tellStatus(this.#session, change.folder, items)];
    });
  }

  /** §5.1 to §5.3. Nothing when the client has not asked, or could not make anything of it. */
  #itemsOf({ folder, counts, unseen, fresh }: MessageChange, now: Snapshot): StatusItem[] {
    if (!hasRights(folder.rights, "r")) return [];
    const events = this.#wishes.eventsOf(folder.name, now.subscriptions);
    const flags = events.has("FlagChange");
    const modseq: StatusItem[] = this.#session.enabled.has("CONDSTORE") ? ["HIGHESTMODSEQ"] : [];
    const seen: StatusItem[] = flags && unseen ? ["UNSEEN"] : [];
    if (!events.has("MessageNew")) return [];
    if (counts)
      return [
        "UIDNEXT",
        "MESSAGES",
        ...(fresh ? (["UIDVALIDITY"] as const) : []),
        ...seen,
        ...modseq,
      ];
    if (!flags || modseq.length + seen.length === 0) return [];
    return ["UIDVALIDITY", ...seen, ...modseq];
  }

  #annotations(before: Snapshot, now: Snapshot): Say[] {
    if (!this.#wantsAnnotations) return [];
    return annotationChanges(before, now).flatMap(({ folder, entries }) => {
      const wanted =
        folder === null
          ? this.#wishes.anywhere("ServerMetadataChange")
          : this.#wishes.eventsOf(folder.name, now.subscriptions).has("MailboxMetadataChange");
      return wanted ? [() => tellMetadata(this.#session, folder?.name ?? "", entries)] : [];
    });
  }

  /** NOTIFY SET STATUS (§3.1): where each mailbox stands whose messages are watched. */
  async tellAll(): Promise<void> {
    const { folders, subscriptions } = this.#seen;
    for (const folder of [...folders.values()].sort((a, b) => byInboxFirst(a.name, b.name))) {
      if (folder.id === this.#session.selected?.folder.id) continue;
      const events = this.#wishes.eventsOf(folder.name, subscriptions);
      if (!events.has("MessageNew") || !hasRights(folder.rights, "r")) continue;
      const flags = events.has("FlagChange");
      const modseq = flags || this.#session.enabled.has("CONDSTORE");
      await tellStatus(this.#session, folder, [
        ...(["MESSAGES", "UIDNEXT", "UIDVALIDITY"] as const),
        ...(flags ? (["UNSEEN"] as const) : []),
        ...(modseq ? (["HIGHESTMODSEQ"] as const) : []),
      ]);
      if (this.#session.out.full) await this.#session.out.flush();
    }
  }

  // ── What the client did itself ────────────────────────────────────────────────────────────────

  /** Names, and what stands above them, are what the client made of them. */
  ownNames(...names: readonly string[]): void {
    for (const name of [...names, ...parentsOf(names)]) this.#ownNames.add(name);
  }

  ownFolder(folder: Seen): void {
    this.ownNames(folder.name);
    this.#keep(folder);
  }

  ownSubscription(name: string): void {
    this.#ownSubscriptions.add(name);
  }

  /** `folder` as it was before; it may be one that the client made a moment ago. */
  ownMessages(folder: Seen, uids: readonly Uid[]): void {
    const made = this.#ownNames.has(folder.name) ? folder : undefined;
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

  /** Entries that the client set are seen as they are by now. */
  async ownAnnotations(id: FolderId | null, entries: Iterable<string>): Promise<void> {
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
