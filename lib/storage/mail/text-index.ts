/**
 * The signatures of stored texts (lib/mail/text-signature.ts): which blobs cannot contain a string. One
 * for each blob, however many messages point at it; gone with it.
 *
 * New ones are rows of `blob_text`. When 2,048 blob ids in a row have theirs, these rows become one row of
 * `text_segment`: for each number the bits of all blobs that have it, 256 octets in a row, so that a search
 * reads a slice for each number of its string (STORAGE EXTERNAL) instead of every signature.
 *
 * Whatever is not found here (not yet made, too long, of another version, in the middle of becoming a
 * segment) may contain anything: results never depend on how far the index has come.
 */
import type pg from "pg";
import {
  BUCKETS,
  hasBit,
  mayContain,
  numbersOf,
  setBit,
  SIGNATURE_VERSION,
} from "../../mail/text-signature.ts";
import type { BlobId } from "../../mail/ports.ts";
import { inTransaction, statement, translated, type Sql } from "../sql.ts";

/** Blob ids of one segment. */
export const SEGMENT = 2_048;
const SLICE_BYTES = SEGMENT / 8;
/** Signatures asked for, and laid out, at once. */
const PAGE = 512;
/** Segments asked for at once: with sixteen slices each, 4 MiB. */
const SEGMENTS_AT_ONCE = 1_024;

const segmentOf = (id: BlobId) => Math.floor(id / SEGMENT);

const selectSlices = statement<{ segment: number; known: Buffer; bucket: number; bits: Buffer }>(
  "text.slices",
  `SELECT s.segment, s.known, b.bucket, substring(s.bits FROM b.bucket * ${SLICE_BYTES} + 1 FOR ${SLICE_BYTES}) AS bits
   FROM text_segment s, unnest($2::int[]) AS b(bucket)
   WHERE s.segment = ANY($1) AND s.version = ${SIGNATURE_VERSION} AND length(s.known) > 0`,
);
const selectSignatures = statement<{ id: BlobId; signature: Buffer }>(
  "text.signatures",
  `SELECT blob_id AS id, signature FROM blob_text
   WHERE blob_id = ANY($1) AND version = ${SIGNATURE_VERSION} AND signature IS NOT NULL`,
);

/** Those of `ids` whose text certainly lacks one of the wanted numbers. */
export async function blobsWithout(
  db: Sql,
  ids: readonly BlobId[],
  wanted: readonly number[],
): Promise<Set<BlobId>> {
  const without = new Set<BlobId>();
  if (wanted.length === 0) return without;
  const bySegment = Map.groupBy(ids, segmentOf);
  // Signatures first: what becomes a segment in between is found there.
  const segments = [...bySegment.keys()];
  const recent = await recentIds(db, segments, bySegment);
  for (let at = 0; at < recent.length; at += PAGE) {
    const rows = await translated(selectSignatures(db, recent.slice(at, at + PAGE)));
    for (const { id, signature } of rows) if (!mayContain(signature, wanted)) without.add(id);
  }
  for (let at = 0; at < segments.length; at += SEGMENTS_AT_ONCE) {
    const some = segments.slice(at, at + SEGMENTS_AT_ONCE);
    const rows = await translated(selectSlices(db, some, wanted));
    for (const [segment, slices] of Map.groupBy(rows, (row) => row.segment)) {
      const lacking = lackingOne(slices);
      for (const id of bySegment.get(segment) ?? [])
        if (hasBit(lacking, id % SEGMENT)) without.add(id);
    }
  }
  return without;
}

/** Bits of those that are known and are missing in a slice. */
function lackingOne(slices: readonly { known: Buffer; bits: Buffer }[]): Buffer {
  const lacking = Buffer.alloc(SLICE_BYTES);
  for (const { known, bits } of slices)
    for (let at = 0; at < SLICE_BYTES; at++)
      lacking[at] = (lacking[at] ?? 0) | ((known[at] ?? 0) & ~(bits[at] ?? 0));
  return lacking;
}

const selectFirstOpen = statement<{ segment: number }>(
  "text.open",
  `SELECT coalesce(max(segment) + 1, 0)::int AS segment FROM text_segment
   WHERE version = ${SIGNATURE_VERSION}`,
);

/** Ids that no segment can hold yet. */
async function recentIds(
  db: Sql,
  segments: readonly number[],
  bySegment: ReadonlyMap<number, BlobId[]>,
): Promise<BlobId[]> {
  const first = await firstOpenSegment(db);
  return segments
    .filter((segment) => segment >= first)
    .flatMap((segment) => bySegment.get(segment) ?? []);
}

async function firstOpenSegment(db: Sql): Promise<number> {
  const [row] = await translated(selectFirstOpen(db));
  return row?.segment ?? 0;
}

// ── Making it ───────────────────────────────────────────────────────────────────────────────────

const selectMissing = statement<{ id: BlobId }>(
  "text.missing",
  `SELECT b.id FROM blob b WHERE b.id >= $1 AND NOT EXISTS (
     SELECT 1 FROM blob_text t WHERE t.blob_id = b.id AND t.version = ${SIGNATURE_VERSION})
   ORDER BY b.id LIMIT $2`,
);

/** The oldest blobs that have no signature. */
export async function blobsWithoutSignature(db: Sql, limit: number): Promise<BlobId[]> {
  const from = (await firstOpenSegment(db)) * SEGMENT;
  return (await translated(selectMissing(db, from, limit))).map(({ id }) => id);
}

const insertSignatures = statement(
  "text.insert",
  `INSERT INTO blob_text (blob_id, version, signature)
   SELECT b.id, ${SIGNATURE_VERSION}, nullif(substring($1::bytea FROM s.at + 1 FOR s.length), '')
   FROM unnest($2::bigint[], $3::int[], $4::int[]) AS s(id, at, length)
   JOIN blob b ON b.id = s.id
   ON CONFLICT (blob_id) DO UPDATE SET version = excluded.version, signature = excluded.signature`,
);

/** Null: too long, always read. A text of no characters is read too. */
export async function keepSignatures(
  pool: pg.Pool,
  made: ReadonlyMap<BlobId, Buffer | null>,
): Promise<void> {
  const signatures = [...made.values()].map((signature) => signature ?? Buffer.alloc(0));
  let end = 0;
  const starts = signatures.map(({ length }) => (end += length) - length);
  await inTransaction(pool, async (tx) => {
    await tx.query("SET LOCAL synchronous_commit = off"); // what is lost is made again
    await insertSignatures(
      tx,
      ...[Buffer.concat(signatures), [...made.keys()], starts],
      signatures.map(({ length }) => length),
    );
  });
}

/** Null when another process is at it, or nothing is left to do: the range must be past, by as much again. */
const selectRipe = statement<{ ripe: boolean }>(
  "text.ripe",
  `SELECT pg_try_advisory_xact_lock(hashtext('posthorn.text'))
     AND coalesce(max(id), 0) >= ($1::bigint + 2) * ${SEGMENT} AS ripe FROM blob`,
);
const selectUnready = statement<{ id: BlobId }>(
  "text.unready",
  `SELECT b.id FROM blob b WHERE b.id >= $1 AND b.id < $1 + ${SEGMENT} AND NOT EXISTS (
     SELECT 1 FROM blob_text t WHERE t.blob_id = b.id AND t.version = ${SIGNATURE_VERSION}) LIMIT 1`,
);
const selectOfSegment = statement<{ id: BlobId; signature: Buffer }>(
  "text.of-segment",
  `SELECT blob_id AS id, signature FROM blob_text
   WHERE blob_id >= $1 AND blob_id < $2 AND version = ${SIGNATURE_VERSION} AND signature IS NOT NULL`,
);
const insertSegment = statement(
  "text.seal",
  `INSERT INTO text_segment (segment, version, known, bits) VALUES ($1, ${SIGNATURE_VERSION}, $2, $3)
   ON CONFLICT (segment) DO UPDATE
   SET version = excluded.version, known = excluded.known, bits = excluded.bits`,
);
const deleteOfSegment = statement(
  "text.sealed",
  "DELETE FROM blob_text WHERE blob_id >= $1 AND blob_id < $1 + $2",
);

/** Makes one segment of signatures, if one is complete; answers whether. `breathe` between steps of work. */
export async function sealSegment(pool: pg.Pool, breathe: () => Promise<void>): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    const segment = await firstOpenSegment(tx);
    const from = segment * SEGMENT;
    if ((await selectRipe(tx, segment))[0]?.ripe !== true) return false;
    if (segment !== (await firstOpenSegment(tx))) return true; // sealed while we waited
    if ((await selectUnready(tx, from)).length > 0) return false;
    const known = Buffer.alloc(SLICE_BYTES);
    const bits = Buffer.alloc(BUCKETS * SLICE_BYTES);
    let any = false;
    for (let at = from; at < from + SEGMENT; at += PAGE) {
      for (const { id, signature } of await selectOfSegment(tx, at, at + PAGE)) {
        any = true;
        setBit(known, id % SEGMENT);
        for (const bucket of numbersOf(signature)) setBit(bits, bucket * SEGMENT + (id % SEGMENT));
        if (id % 16 === 0) await breathe();
      }
    }
    const empty = Buffer.alloc(0);
    await insertSegment(tx, segment, any ? known : empty, any ? bits : empty);
    await deleteOfSegment(tx, from, SEGMENT);
    return true;
  });
}

// ── Keeping it small ────────────────────────────────────────────────────────────────────────────

const selectSegments = statement<{ segment: number; known: Buffer }>(
  "text.segments",
  "SELECT segment, known FROM text_segment WHERE segment > $1 AND length(known) > 0 ORDER BY segment LIMIT 100",
);
const selectLiving = statement<{ id: BlobId }>(
  "text.living",
  "SELECT id FROM blob WHERE id >= $1 AND id < $1 + $2",
);
const selectBits = statement<{ bits: Buffer }>(
  "text.bits",
  "SELECT bits FROM text_segment WHERE segment = $1 FOR UPDATE",
);
const updateSegment = statement(
  "text.tidy",
  "UPDATE text_segment SET known = $2, bits = $3 WHERE segment = $1",
);
/** A segment is written anew when so many of its blobs are gone, or all. */
const MIN_GONE = SEGMENT / 16;

/** Takes out what belongs to blobs that are gone; answers how many. */
export async function tidySegments(pool: pg.Pool, signal?: AbortSignal): Promise<number> {
  let removed = 0;
  for (let after = -1, more = true; more && signal?.aborted !== true;) {
    const page = await translated(selectSegments(pool, after));
    for (const row of page) removed += await tidySegment(pool, row);
    after = page.at(-1)?.segment ?? after;
    more = page.length > 0;
  }
  return removed;
}

async function tidySegment(
  pool: pg.Pool,
  { segment, known }: { segment: number; known: Buffer },
): Promise<number> {
  const rows = await translated(selectLiving(pool, segment * SEGMENT, SEGMENT));
  const living = Buffer.alloc(SLICE_BYTES);
  for (const { id } of rows) setBit(living, id % SEGMENT);
  const kept = Buffer.from(known.map((byte, at) => byte & (living[at] ?? 0)));
  const left = countBits(kept);
  const gone = countBits(known) - left;
  if (gone === 0 || (gone < MIN_GONE && left > 0)) return 0;
  await inTransaction(pool, async (tx) => {
    await tx.query("SET LOCAL synchronous_commit = off");
    if (left === 0)
      return void (await updateSegment(tx, segment, Buffer.alloc(0), Buffer.alloc(0)));
    const [row] = await selectBits(tx, segment);
    if (row === undefined) return;
    const { bits } = row;
    for (let at = 0; at < bits.length; at++)
      bits[at] = (bits[at] ?? 0) & (kept[at % SLICE_BYTES] ?? 0);
    await updateSegment(tx, segment, kept, bits);
  });
  return gone;
}

function countBits(bytes: Uint8Array): number {
  let count = 0;
  for (let byte of bytes) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}

const dropOld = statement<{ dropped: number }>(
  "text.old",
  `WITH s AS (DELETE FROM text_segment WHERE version < ${SIGNATURE_VERSION} RETURNING 1),
        t AS (DELETE FROM blob_text WHERE version < ${SIGNATURE_VERSION} RETURNING 1)
   SELECT (SELECT count(*) FROM s) + (SELECT count(*) FROM t) AS dropped`,
);

/** Signatures of older versions are of no use to anybody; they are made anew. */
export async function dropOldSignatures(pool: pg.Pool): Promise<number> {
  return (await translated(dropOld(pool)))[0]?.dropped ?? 0;
}
