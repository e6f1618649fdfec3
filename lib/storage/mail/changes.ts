/**
 * Who hears of a change after its commit: the open views of this process before the writer is
 * answered, everybody who watches the mailbox, and the other processes by one notice. A slow poll
 * finds what a lost notice would have said.
 */
import type { FolderId } from "../../mail/ports.ts";
import type { Notice, Notifications } from "../notifications.ts";
import type { FolderViews } from "./folder-views.ts";

const CHANNEL = "posthorn_mail";
/** How late a change made elsewhere may be when its notice was lost. */
const POLL_MS = 15_000;

export interface ChangesParts {
  readonly notifications: Notifications;
  readonly views: FolderViews;
  readonly onError: (error: unknown) => void;
}

export class MailChanges {
  readonly #notifications: Notifications;
  readonly #views: FolderViews;
  readonly #onError: (error: unknown) => void;
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #undo: (() => void)[];
  readonly #poll: NodeJS.Timeout;

  constructor({ notifications, views, onError }: ChangesParts) {
    this.#notifications = notifications;
    this.#views = views;
    this.#onError = onError;
    this.#undo = [
      notifications.listen(CHANNEL, (notice) => this.#heard(notice)),
      notifications.onReconnect(() => this.#catchUp()),
    ];
    this.#poll = setInterval(() => this.#catchUp(), POLL_MS).unref();
  }

  /** Never rejects: the change is committed, whatever happens to its listeners. */
  async committed(touched: ReadonlyMap<FolderId, string>): Promise<void> {
    if (touched.size === 0) return;
    const mailboxes = new Set(touched.values());
    const words = [...touched.keys()].map((id) => `f${id}`);
    this.#notifications.publish(CHANNEL, [...words, ...[...mailboxes].map((id) => `m${id}`)]);
    await this.#views.refresh(touched.keys());
    for (const mailboxId of mailboxes) this.#tell(mailboxId);
  }

  watchMailbox(mailboxId: string, listener: () => void): () => void {
    const set = this.#watchers.get(mailboxId) ?? new Set();
    this.#watchers.set(mailboxId, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.#watchers.get(mailboxId) === set) this.#watchers.delete(mailboxId);
    };
  }

  close(): void {
    clearInterval(this.#poll);
    for (const off of this.#undo) off();
  }

  #heard({ own, words }: Notice): void {
    if (own) return; // told at once, in `committed`
    const named = (kind: string) => words.filter((w) => w.startsWith(kind)).map((w) => w.slice(1));
    const told = this.#views.refresh(named("f").map(Number));
    void told.then(() => named("m").forEach((mailboxId) => this.#tell(mailboxId)));
  }

  #catchUp(): void {
    for (const mailboxId of this.#watchers.keys()) this.#tell(mailboxId);
    this.#views.poll().catch(this.#onError);
  }

  #tell(mailboxId: string): void {
    for (const listener of [...(this.#watchers.get(mailboxId) ?? [])]) {
      try {
        listener();
      } catch (error) {
        this.#onError(error); // one session's fault is not the next one's
      }
    }
  }
}
