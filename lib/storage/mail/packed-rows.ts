/**
 * Rows of `message` as octets, for loading a folder: one value for thousands of rows instead of ten values
 * for each of them. The server packs with its own binary formats (big-endian), MessageTable unpacks.
 */

/** What one row of `message` packs to; the offsets below are of this. */
export const PACKED_ROW = `int8send(uid) || int8send(modseq) || int8send(blob_id) || int4send(flags)
  || int8send(size) || timestamptz_send(internal_date) || timestamptz_send(save_date)
  || uuid_send(email_id) || uuid_send(thread_id)`;

const [UID, MODSEQ, BLOB, FLAGS, SIZE, INTERNAL_DATE, SAVE_DATE] = [0, 8, 16, 24, 28, 36, 44];
const [EMAIL_ID, THREAD_ID] = [52, 68];
export const PACKED_ROW_BYTES = 84;
export const UUID_BYTES = 16;

/** PostgreSQL counts microseconds since the year 2000. */
const EPOCH_2000_MS = Date.UTC(2000, 0, 1);

/** A view of one row in a buffer of many. */
export class PackedRows {
  readonly #octets: Buffer;
  readonly count: number;

  constructor(octets: Buffer) {
    this.#octets = octets;
    this.count = octets.length / PACKED_ROW_BYTES;
    if (!Number.isInteger(this.count)) throw new RangeError("Packed rows that are not whole");
  }

  uid = (row: number): number => this.#int8(row, UID);
  modseq = (row: number): number => this.#int8(row, MODSEQ);
  blob = (row: number): number => this.#int8(row, BLOB);
  flags = (row: number): number => this.#octets.readInt32BE(row * PACKED_ROW_BYTES + FLAGS);
  size = (row: number): number => this.#int8(row, SIZE);
  internalDate = (row: number): number => this.#ms(row, INTERNAL_DATE);
  saveDate = (row: number): number => this.#ms(row, SAVE_DATE);

  copyIds(row: number, emailId: Buffer, threadId: Buffer, at: number): void {
    const start = row * PACKED_ROW_BYTES;
    this.#octets.copy(emailId, at, start + EMAIL_ID, start + EMAIL_ID + UUID_BYTES);
    this.#octets.copy(threadId, at, start + THREAD_ID, start + THREAD_ID + UUID_BYTES);
  }

  /** Below 2^53, as all numbers of the store (lib/storage/pool.ts). */
  #int8(row: number, column: number): number {
    const at = row * PACKED_ROW_BYTES + column;
    return this.#octets.readInt32BE(at) * 2 ** 32 + this.#octets.readUInt32BE(at + 4);
  }

  #ms(row: number, column: number): number {
    return Math.floor(this.#int8(row, column) / 1000) + EPOCH_2000_MS;
  }
}
