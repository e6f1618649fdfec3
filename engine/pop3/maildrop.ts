/**
 * A maildrop: INBOX as it was when the session began (RFC 1939 §4), numbered from 1.
 *
 * §4 asks for an exclusive lock. We keep a snapshot instead: message numbers cannot change under the
 * client, which is what the lock is for, and nobody is locked out for ten minutes because a phone lost
 * its network, or because the same mailbox is open by IMAP. What another session expunged meanwhile is
 * "no such message" here; deleting it once more at QUIT does nothing.
 *
 * Memory: 16 bytes per message.
 */
import { SEEN } from "../../lib/mail/flags.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { BlobId, Folder, MailStore, OpenFolder, Uid } from "../../lib/mail/ports.ts";

export interface Entry {
  /** From 1. */
  readonly number: number;
  readonly uid: Uid;
  readonly size: number;
  readonly blobId: BlobId;
}

export class Maildrop {
  readonly #folder: Folder;
  readonly #uids: Uint32Array;
  readonly #sizes: Uint32Array;
  readonly #blobs: Float64Array;
  readonly #deleted = new Set<number>();
  readonly #retrieved = new Set<number>();

  constructor(view: OpenFolder) {
    this.#folder = view.folder;
    this.#uids = view.uids();
    this.#sizes = Uint32Array.from(this.#uids, (_, row) => view.sizeAt(row));
    this.#blobs = Float64Array.from(this.#uids, (_, row) => view.blobAt(row));
  }

  static async open(store: MailStore, mailboxId: string): Promise<Maildrop> {
    const view = await store.openFolder(mailboxId, "INBOX");
    try {
      await view.refresh();
      return new Maildrop(view);
    } finally {
      view.close();
    }
  }

  /** Those not deleted, in order. */
  *entries(): Generator<Entry> {
    for (let number = 1; number <= this.#uids.length; number++)
      if (!this.#deleted.has(number)) yield this.#at(number);
  }

  /** LIST and UIDL: a line for each of them. */
  *lines(lineOf: (entry: Entry) => string): Generator<string> {
    for (const entry of this.entries()) yield lineOf(entry);
  }

  /** STAT: how many, and their octets together. */
  stat(): { count: number; octets: number } {
    let octets = 0;
    for (const { size } of this.entries()) octets += size;
    return { count: this.#uids.length - this.#deleted.size, octets };
  }

  get(number: number): Entry {
    if (number > this.#uids.length) throw new MailError("notFound", "No such message");
    if (this.#deleted.has(number)) throw new MailError("notFound", "That message is deleted");
    return this.#at(number);
  }

  /**
   * RFC 1939 §7: unique in this maildrop for ever, the same in every session, printable. The uid alone
   * would do until the folder is made anew; its uidvalidity covers that.
   */
  uniqueId({ uid }: Entry): string {
    return `${this.#folder.uidValidity}.${uid}`;
  }

  delete(number: number): void {
    this.#deleted.add(this.get(number).number);
  }

  retrieved(number: number): void {
    this.#retrieved.add(number);
  }

  reset(): void {
    this.#deleted.clear();
  }

  /** The UPDATE state (§6): what was marked is gone for good when this resolves. */
  async update(store: MailStore): Promise<void> {
    const { id } = this.#folder;
    const gone = this.#uidsOf([...this.#deleted]);
    const kept = this.#uidsOf([...this.#retrieved].filter((number) => !this.#deleted.has(number)));
    if (gone.length > 0) await store.expunge(id, gone, { force: true });
    // So that what was read here is not unread in the webmail.
    if (kept.length > 0)
      await store.setFlags(id, kept, { action: "add", bits: SEEN, keywords: [] });
  }

  #at(number: number): Entry {
    const row = number - 1;
    return {
      number,
      uid: this.#uids[row] ?? 0,
      size: this.#sizes[row] ?? 0,
      blobId: this.#blobs[row] ?? 0,
    };
  }

  #uidsOf(numbers: number[]): Uid[] {
    return numbers.sort((a, b) => a - b).map((number) => this.#at(number).uid);
  }
}
