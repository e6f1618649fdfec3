/**
 * From bytes to a stored blob. One pass over the source computes the hash, the structure, the preview
 * and keeps the head; what is longer than a head is then copied in chunk rows, in a transaction of its
 * own, before the group commit refers to it. So is what has a structure of very many parts.
 *
 * Content-addressed: `sha256` is unique, a second copy finds the first. Nobody sees half a blob: row
 * and chunks commit together. A process that dies in between leaves nothing, or a blob that nothing
 * points at, which lib/storage/mail/garbage.ts removes after a time.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import { StructureParser } from "../../codec/mime/structure-parser.ts";
import type { Structure } from "../../codec/mime/structure.ts";
import type { BlobId, ByteSource } from "../../mail/ports.ts";
import { inTransaction, statement, type Sql, type Value } from "../sql.ts";
import { OctetTurns } from "./octet-turns.ts";

/** Bytes in the blob row itself, and in each row of blob_chunk. */
export const CHUNK_BYTES = 256 * 1024;

/**
 * JSON of a structure that travels with the group commit: there all of them become one array, escaped in one
 * turn of the event loop. A usual one has a few hundred characters, one of a thousand parts 166,000.
 */
const MAX_SHORT_STRUCTURE = 16 * 1024;

/** What is known about bytes before they have an id. `head` is all of them when they fit. */
export interface PreparedBlob {
  readonly sha256: Buffer;
  readonly size: number;
  readonly head: Buffer;
  readonly structure: Structure;
  /** The structure as it is stored. */
  readonly json: string;
  readonly preview: string;
}

const turns = new OctetTurns();

/** Reads the source once. */
export async function prepareBlob(source: ByteSource): Promise<PreparedBlob> {
  const hash = createHash("sha256");
  const parser = new StructureParser();
  const head: Buffer[] = [];
  let size = 0;
  for await (const chunk of source.open()) {
    for await (const slice of turns.slices(chunk)) {
      hash.update(slice);
      parser.push(slice);
    }
    if (size < CHUNK_BYTES) head.push(Buffer.from(chunk.subarray(0, CHUNK_BYTES - size)));
    size += chunk.length;
  }
  const structure = parser.finish();
  const json = JSON.stringify(structure);
  const { preview } = parser;
  return { sha256: hash.digest(), size, head: Buffer.concat(head), structure, json, preview };
}

/**
 * Makes sure that a long blob is stored, with its chunks; short ones travel with the group commit. One
 * that was there already is made young again, so that the garbage collector leaves it alone until its
 * new message points at it.
 */
export async function storeLongBlob(
  pool: pg.Pool,
  blob: PreparedBlob,
  source: ByteSource,
): Promise<void> {
  if (isShort(blob)) return;
  await inTransaction(pool, async (tx) => {
    // The group commit's flush writes everything before it in the log: one wait for the disk will do.
    await tx.query("SET LOCAL synchronous_commit = off");
    for (let found = false; !found;) {
      const { sha256, size, head, json, preview } = blob;
      const [row] = await insertMissing(tx, sha256, size, head, json, preview);
      if (row !== undefined) return writeChunks(tx, row.id, source);
      found = (await rejuvenate(tx, blob.sha256)).length > 0; // else collected a moment ago
    }
  });
}

const rejuvenate = statement<{ id: BlobId }>(
  "blob.rejuvenate",
  "UPDATE blob SET created_at = now() WHERE sha256 = $1 RETURNING id",
);
const insertChunk = statement(
  "blob.chunk",
  "INSERT INTO blob_chunk (blob_id, seq, data) VALUES ($1, $2, $3)",
);

async function writeChunks(tx: Sql, id: BlobId, source: ByteSource): Promise<void> {
  let seq = 0;
  for await (const chunk of rechunk(source.open(), CHUNK_BYTES)) {
    if (seq > 0) await insertChunk(tx, id, seq, chunk);
    seq++;
  }
}

/** The same bytes in pieces of exactly `size`, the last one shorter: one buffer, used again. */
async function* rechunk(source: AsyncIterable<Buffer>, size: number): AsyncIterable<Buffer> {
  const piece = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(piece, filled, at);
      at += copied;
      filled += copied;
      if (filled < size) continue;
      yield piece;
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

const insertMissing = statement<{ id: BlobId }>(
  "blob.insert",
  `INSERT INTO blob (sha256, size, head, structure, preview) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (sha256) DO NOTHING RETURNING id`,
);

/** All of it travels with the group commit; what is longer is stored before (storeLongBlob). */
export function isShort({ size, json }: PreparedBlob): boolean {
  return size <= CHUNK_BYTES && json.length <= MAX_SHORT_STRUCTURE;
}

/**
 * The first seven values of open_parcels. In the order of their hashes, so that two transactions with the
 * same contents wait for each other instead of ending in a deadlock. Heads travel as one value that the
 * server cuts: an array of bytea would travel as hex text.
 */
export function columnsOf(blobs: readonly PreparedBlob[]): Value[] {
  const sorted = blobs.toSorted((a, b) => Buffer.compare(a.sha256, b.sha256));
  let headAt = 0;
  const headsAt = sorted.map((blob) => (headAt += blob.head.length) - blob.head.length);
  return [
    sorted.map((blob) => blob.sha256),
    sorted.map((blob) => blob.size),
    Buffer.concat(sorted.map((blob) => blob.head)),
    headsAt,
    sorted.map((blob) => blob.head.length),
    sorted.map((blob) => blob.json),
    sorted.map((blob) => blob.preview),
  ];
}
