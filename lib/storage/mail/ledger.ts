/**
 * The counters of the folders that one transaction changes. The folders are locked; uids and modseqs
 * are given out here, and written back once at the end.
 *
 * A transaction uses one modseq per folder for all it does there (RFC 7162 §3.1: "the same for all
 * messages changed together" is allowed), so views see it whole or not at all.
 */
import { DELETED, SEEN } from "../../mail/flags.ts";
import type { Folder, FolderId, Uid } from "../../mail/ports.ts";
import { NOTHING, plus, type Amount } from "../../mail/quota.ts";
import { statement, type Sql, type Value } from "../sql.ts";
import { present } from "./folder-rows.ts";

interface Counted {
  readonly flags: number;
  readonly size: number;
}

interface Entry {
  readonly mailboxId: string;
  readonly modseq: number;
  uidNext: Uid;
  messages: number;
  unseen: number;
  deleted: number;
  bytes: number;
}

/**
 * Updates to stand in a WITH; their nine values (Ledger.columns) are the parameters from `first` on: seven
 * columns of folders, mailboxes, and the octets and messages of each mailbox in a row of two.
 */
export function ledgerUpdates(first: number): string {
  const $ = (at: number) => `$${first + at}`;
  return `counted AS (
     UPDATE folder f SET uid_next = c.uid_next, highest_modseq = c.modseq,
       messages = f.messages + c.messages, unseen = f.unseen + c.unseen,
       deleted = f.deleted + c.deleted, bytes = f.bytes + c.bytes
     FROM unnest(${$(0)}::bigint[], ${$(1)}::bigint[], ${$(2)}::bigint[], ${$(3)}::int[],
       ${$(4)}::int[], ${$(5)}::int[], ${$(6)}::bigint[])
       AS c(id, uid_next, modseq, messages, unseen, deleted, bytes)
     WHERE f.id = c.id),
   used AS (
     UPDATE mailbox m SET used_bytes = m.used_bytes + (${$(8)}::bigint[])[c.at][1],
       used_messages = m.used_messages + (${$(8)}::bigint[])[c.at][2]
     FROM unnest(${$(7)}::uuid[]) WITH ORDINALITY AS c(id, at) WHERE m.id = c.id)`;
}

const writeLedger = statement("ledger.write", `WITH ${ledgerUpdates(1)} SELECT`);

export class Ledger {
  readonly #folders: ReadonlyMap<FolderId, Folder>;
  readonly #entries = new Map<FolderId, Entry>();

  /** `folders` are locked by the transaction that will write. */
  constructor(folders: ReadonlyMap<FolderId, Folder>) {
    this.#folders = folders;
  }

  /** A message comes in: its uid and modseq. */
  add(id: FolderId, message: Counted): { uid: Uid; modseq: number } {
    const entry = this.#entry(id);
    count(entry, message, 1);
    return { uid: entry.uidNext++, modseq: entry.modseq };
  }

  remove(id: FolderId, message: Counted): void {
    count(this.#entry(id), message, -1);
  }

  reflag(id: FolderId, before: number, after: number): void {
    const entry = this.#entry(id);
    entry.unseen += Number((before & SEEN) !== 0) - Number((after & SEEN) !== 0);
    entry.deleted += Number((after & DELETED) !== 0) - Number((before & DELETED) !== 0);
  }

  /** The modseq of everything this transaction does in that folder. */
  modseq(id: FolderId): number {
    return this.#entry(id).modseq;
  }

  /** A folder with its counters as they will be. */
  after(id: FolderId): Folder {
    const folder = present(this.#folders.get(id));
    const entry = this.#entries.get(id);
    if (entry === undefined) return folder;
    return {
      ...folder,
      uidNext: entry.uidNext,
      highestModseq: entry.modseq,
      messages: folder.messages + entry.messages,
      unseen: folder.unseen + entry.unseen,
      deleted: folder.deleted + entry.deleted,
      bytes: folder.bytes + entry.bytes,
    };
  }

  /** Changed folders with their mailboxes: what listeners are told after the commit. */
  changed(): Map<FolderId, string> {
    return new Map([...this.#entries].map(([id, entry]) => [id, entry.mailboxId]));
  }

  /** Sent before it returns. */
  async write(tx: Sql): Promise<void> {
    if (this.#entries.size > 0) await writeLedger(tx, ...this.columns());
  }

  /** For ledgerUpdates: to be written with what it counts. */
  columns(): Value[] {
    const entries = [...this.#entries];
    const column = (name: Exclude<keyof Entry, "mailboxId">) => entries.map(([, e]) => e[name]);
    const used = this.#used();
    return [
      entries.map(([id]) => id),
      column("uidNext"),
      column("modseq"),
      column("messages"),
      column("unseen"),
      column("deleted"),
      column("bytes"),
      [...used.keys()],
      [...used.values()].map(({ bytes, messages }) => [bytes, messages]),
    ];
  }

  /** By mailbox; one whose counters stay is not there. */
  #used(): Map<string, Amount> {
    const used = new Map<string, Amount>();
    for (const { mailboxId, bytes, messages } of this.#entries.values()) {
      used.set(mailboxId, plus(used.get(mailboxId) ?? NOTHING, { bytes, messages }));
    }
    for (const [mailboxId, { bytes, messages }] of used) {
      if (bytes === 0 && messages === 0) used.delete(mailboxId);
    }
    return used;
  }

  #entry(id: FolderId): Entry {
    let entry = this.#entries.get(id);
    if (entry === undefined) {
      const folder = present(this.#folders.get(id));
      entry = {
        mailboxId: folder.mailboxId,
        modseq: folder.highestModseq + 1,
        uidNext: folder.uidNext,
        messages: 0,
        unseen: 0,
        deleted: 0,
        bytes: 0,
      };
      this.#entries.set(id, entry);
    }
    return entry;
  }
}

function count(entry: Entry, message: Counted, sign: 1 | -1): void {
  entry.messages += sign;
  entry.bytes += sign * message.size;
  if ((message.flags & SEEN) === 0) entry.unseen += sign;
  if ((message.flags & DELETED) !== 0) entry.deleted += sign;
}
