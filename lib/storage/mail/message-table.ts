/**
 * The messages of one folder in memory: a column per field, rows in uid order, about 70 bytes a row.
 * Searching by uid is binary; adding is at the end (uids only grow); removing is one pass.
 */
import type { BlobId, MessageRow, Uid } from "../../mail/ports.ts";
import type { FlagEntry } from "./flag-log.ts";
import { UUID_BYTES, type PackedRows } from "./packed-rows.ts";

const FIRST_CAPACITY = 64;
const NO_KEYWORDS: readonly string[] = [];

export class MessageTable {
  count = 0;
  #capacity: number;
  #uid: Uint32Array;
  #modseq: Float64Array;
  #blob: Float64Array;
  #flags: Uint8Array;
  #size: Float64Array;
  #internalDate: Float64Array;
  #saveDate: Float64Array;
  #emailId: Buffer;
  #threadId: Buffer;
  /** Few messages have any. */
  readonly #keywords = new Map<Uid, readonly string[]>();

  constructor(capacity: number = FIRST_CAPACITY) {
    this.#capacity = Math.max(capacity, FIRST_CAPACITY);
    this.#uid = new Uint32Array(this.#capacity);
    this.#modseq = new Float64Array(this.#capacity);
    this.#blob = new Float64Array(this.#capacity);
    this.#flags = new Uint8Array(this.#capacity);
    this.#size = new Float64Array(this.#capacity);
    this.#internalDate = new Float64Array(this.#capacity);
    this.#saveDate = new Float64Array(this.#capacity);
    this.#emailId = Buffer.alloc(this.#capacity * UUID_BYTES);
    this.#threadId = Buffer.alloc(this.#capacity * UUID_BYTES);
  }

  /** First row whose uid is ≥ the given one. */
  lowerBound(uid: Uid): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#uid[middle] ?? 0) < uid) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  rowOf = (uid: Uid): number => {
    const row = this.lowerBound(uid);
    return row < this.count && this.#uid[row] === uid ? row : -1;
  };

  uidAt = (row: number): Uid => at(this.#uid, row, this.count);
  modseqAt = (row: number): number => at(this.#modseq, row, this.count);
  blobAt = (row: number): BlobId => at(this.#blob, row, this.count);
  flagsAt = (row: number): number => at(this.#flags, row, this.count);
  sizeAt = (row: number): number => at(this.#size, row, this.count);
  internalDateAt = (row: number): Date => new Date(at(this.#internalDate, row, this.count));
  keywordsAt = (row: number): readonly string[] =>
    this.#keywords.get(this.uidAt(row)) ?? NO_KEYWORDS;

  keywordsInUse(): Iterable<readonly string[]> {
    return this.#keywords.values();
  }

  messageAt(row: number): MessageRow {
    return {
      uid: this.uidAt(row),
      modseq: this.modseqAt(row),
      blobId: this.blobAt(row),
      flags: this.flagsAt(row),
      keywords: this.keywordsAt(row),
      size: this.sizeAt(row),
      internalDate: this.internalDateAt(row),
      saveDate: new Date(at(this.#saveDate, row, this.count)),
      emailId: readUuid(this.#emailId, row),
      threadId: readUuid(this.#threadId, row),
    };
  }

  uids(): Uint32Array {
    return this.#uid.slice(0, this.count);
  }

  /** Adds at the end; the uid is larger than all. */
  append(message: MessageRow): void {
    const row = this.#add(message.uid);
    this.#blob[row] = message.blobId;
    this.#size[row] = message.size;
    this.#internalDate[row] = message.internalDate.getTime();
    this.#saveDate[row] = message.saveDate.getTime();
    writeUuid(this.#emailId, row, message.emailId);
    writeUuid(this.#threadId, row, message.threadId);
    this.update(row, message);
  }

  /** The same of many rows, ascending by uid; their keywords by uid. */
  appendPacked(packed: PackedRows, keywords: ReadonlyMap<Uid, readonly string[]>): void {
    for (let at = 0; at < packed.count; at++) {
      const uid = packed.uid(at);
      const row = this.#add(uid);
      this.#modseq[row] = packed.modseq(at);
      this.#blob[row] = packed.blob(at);
      this.#flags[row] = packed.flags(at);
      this.#size[row] = packed.size(at);
      this.#internalDate[row] = packed.internalDate(at);
      this.#saveDate[row] = packed.saveDate(at);
      packed.copyIds(at, this.#emailId, this.#threadId, row * UUID_BYTES);
      const words = keywords.get(uid);
      if (words !== undefined) this.#keywords.set(uid, words);
    }
  }

  /** A row for that uid, at the end. */
  #add(uid: Uid): number {
    const last = this.count > 0 ? this.uidAt(this.count - 1) : 0;
    if (uid <= last) throw new RangeError(`uid ${uid} after ${last}`);
    if (this.count === this.#capacity) this.#grow();
    const row = this.count++;
    this.#uid[row] = uid;
    return row;
  }

  /** What may change of a message. */
  update(row: number, message: Pick<MessageRow, "modseq" | "flags" | "keywords">): void {
    this.#modseq[row] = message.modseq;
    this.#flags[row] = message.flags;
    const uid = this.uidAt(row);
    if (message.keywords.length > 0) this.#keywords.set(uid, message.keywords);
    else this.#keywords.delete(uid);
  }

  setFlags(row: number, modseq: number, flags: number): void {
    this.#modseq[row] = modseq;
    this.#flags[row] = flags;
  }

  /** An entry of the flag log: changes what is older than it, and says which messages these are. */
  applyEntry([modseq, kept, given, firsts, lasts]: FlagEntry, tell: (uid: Uid) => void): void {
    for (const [at, first] of firsts.entries()) {
      const end = this.lowerBound((lasts[at] ?? first) + 1);
      for (let row = this.lowerBound(first); row < end; row++) {
        if (this.modseqAt(row) >= modseq) continue;
        this.setFlags(row, modseq, (this.flagsAt(row) & kept) | given);
        tell(this.uidAt(row));
      }
    }
  }

  /** Messages with a higher modseq. */
  uidsAbove(modseq: number): Uid[] {
    const uids: Uid[] = [];
    for (let row = 0; row < this.count; row++)
      if (this.modseqAt(row) > modseq) uids.push(this.uidAt(row));
    return uids;
  }

  /** Removes rows (ascending) in one pass over what follows the first of them. */
  remove(rows: readonly number[]): void {
    for (const row of rows) this.#keywords.delete(this.uidAt(row));
    for (let next = 0; next < rows.length; next++) {
      const from = (rows[next] ?? 0) + 1;
      const to = rows[next + 1] ?? this.count;
      this.#shift(from, to, next + 1);
    }
    this.count -= rows.length;
  }

  /** Moves rows [from, to) down by `by`. */
  #shift(from: number, to: number, by: number): void {
    if (from >= to) return;
    for (const column of this.#columns()) column.copyWithin(from - by, from, to);
    for (const ids of [this.#emailId, this.#threadId]) {
      ids.copyWithin((from - by) * UUID_BYTES, from * UUID_BYTES, to * UUID_BYTES);
    }
  }

  #columns() {
    return [
      this.#uid,
      this.#modseq,
      this.#blob,
      this.#flags,
      this.#size,
      this.#internalDate,
      this.#saveDate,
    ];
  }

  #grow(): void {
    const capacity = Math.ceil(this.#capacity * 1.5);
    this.#uid = larger(this.#uid, new Uint32Array(capacity));
    this.#modseq = larger(this.#modseq, new Float64Array(capacity));
    this.#blob = larger(this.#blob, new Float64Array(capacity));
    this.#flags = larger(this.#flags, new Uint8Array(capacity));
    this.#size = larger(this.#size, new Float64Array(capacity));
    this.#internalDate = larger(this.#internalDate, new Float64Array(capacity));
    this.#saveDate = larger(this.#saveDate, new Float64Array(capacity));
    this.#emailId = larger(this.#emailId, Buffer.alloc(capacity * UUID_BYTES));
    this.#threadId = larger(this.#threadId, Buffer.alloc(capacity * UUID_BYTES));
    this.#capacity = capacity;
  }
}

type Column = Uint32Array | Float64Array | Uint8Array;

function at(column: Column, row: number, count: number): number {
  const value = row < count ? column[row] : undefined;
  if (value === undefined) throw new RangeError(`no row ${row} in a folder of ${count}`);
  return value;
}

function larger<T extends Column>(from: T, to: T): T {
  to.set(from);
  return to;
}

function writeUuid(column: Buffer, row: number, uuid: string): void {
  column.write(uuid.replaceAll("-", ""), row * UUID_BYTES, "hex");
}

function readUuid(column: Buffer, row: number): string {
  const hex = column.toString("hex", row * UUID_BYTES, (row + 1) * UUID_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
