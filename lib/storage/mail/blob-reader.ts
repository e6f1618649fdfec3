/**
 * Reading blobs: what was computed about them, and slices of their bytes, one chunk at a time. A blob never
 * changes, so what was read lately is kept (a bounded number of octets for the whole process): several
 * programs of one person fetch the same messages, a page is listed again, a long message comes in pieces.
 */
import { totalmem } from "node:os";
import type { Structure } from "../../codec/mime/structure.ts";
import { MailError } from "../../mail/errors.ts";
import type { BlobId, BlobInfo, ByteSource } from "../../mail/ports.ts";
import { statement, translated, type Sql } from "../sql.ts";
import { CHUNK_BYTES } from "./blob-writer.ts";
import { ByteCache } from "./byte-cache.ts";

const MEGABYTE = 1024 * 1024;
/** Structures, and octets of short messages. */
const MAX_INFO_OCTETS = Math.min(96 * MEGABYTE, totalmem() / 32);
/** So many usual messages find room, be it with their octets. */
export const MAX_KEPT = Math.floor(MAX_INFO_OCTETS / (8 * 1024));
/** Chunks of long messages. */
const MAX_CHUNK_OCTETS = Math.min(32 * MEGABYTE, totalmem() / 64);
/** Who asks for so much of a chunk will ask for the rest: it is read whole. */
const WORTH_A_CHUNK = 16 * 1024;
/** Who asks for more at once streams by and does not come again. */
const MAX_PIECE = 4 * CHUNK_BYTES;
/** A structure in memory, with what a session makes of it, over its JSON: measured with the corpus. */
const HEAP_OF_JSON = 3;

interface InfoRow {
  readonly id: BlobId;
  readonly size: number;
  readonly structure: string;
  readonly preview: string;
}

const selectInfo = statement<InfoRow>(
  "blob.info",
  "SELECT id, size, structure::text AS structure, preview FROM blob WHERE id = ANY($1)",
);
const selectWhole = statement<InfoRow & { octets: Buffer | null }>(
  "blob.whole",
  `SELECT id, size, structure::text AS structure, preview, CASE WHEN size <= $2 THEN head END AS octets
   FROM blob WHERE id = ANY($1)`,
);

/** substring() counts from 1 and reads only the pages of its slice (STORAGE EXTERNAL). */
const sliceOfHead = statement<{ data: Buffer; size: number }>(
  "blob.head",
  "SELECT substring(head FROM $2::int + 1 FOR $3::int) AS data, size FROM blob WHERE id = $1",
);
const sliceOfChunk = statement<{ data: Buffer; size: number }>(
  "blob.slice",
  `SELECT substring(c.data FROM $3::int + 1 FOR $4::int) AS data, b.size
   FROM blob b JOIN blob_chunk c ON c.blob_id = b.id AND c.seq = $2 WHERE b.id = $1`,
);

interface Slice {
  readonly data: Buffer;
  /** Of the blob. */
  readonly size: number;
}

export class BlobReader {
  readonly #db: Sql;
  readonly #infos: ByteCache<BlobId, BlobInfo>;
  /** Whole chunks, by blob and number. */
  readonly #chunks: ByteCache<string, Slice>;

  constructor(db: Sql, { keeps = true } = {}) {
    this.#db = db;
    this.#infos = new ByteCache(keeps ? MAX_INFO_OCTETS : 0);
    this.#chunks = new ByteCache(keeps ? MAX_CHUNK_OCTETS : 0);
  }

  /** In the order of `ids`; with the octets of those that have no more than so many. */
  async getBlobs(ids: readonly BlobId[], octetsUpTo = 0): Promise<BlobInfo[]> {
    const limit = Math.min(octetsUpTo, CHUNK_BYTES);
    const byId = new Map<BlobId, BlobInfo>();
    const missing = new Set<BlobId>();
    for (const id of ids) {
      const info = this.#infos.get(id);
      if (info === undefined || (info.size <= limit && info.octets === undefined)) missing.add(id);
      else byId.set(id, info);
    }
    if (missing.size > 0)
      for (const info of await this.#readInfos([...missing], limit)) byId.set(info.id, info);
    return ids.map((id) => byId.get(id) ?? notThere(id));
  }

  async #readInfos(ids: readonly BlobId[], limit: number): Promise<BlobInfo[]> {
    if (limit === 0) return (await translated(selectInfo(this.#db, ids))).map(this.#keepInfo);
    return (await translated(selectWhole(this.#db, ids, limit))).map(this.#keepInfo);
  }

  readonly #keepInfo = (row: InfoRow & { octets?: Buffer | null }): BlobInfo => {
    const octets = row.octets ?? undefined;
    const info = { ...row, octets, structure: JSON.parse(row.structure) as Structure };
    const weight = HEAP_OF_JSON * row.structure.length + row.preview.length;
    this.#infos.keep(row.id, info, weight + (octets?.length ?? 0));
    return info;
  };

  /** Bytes [offset, offset + length), clipped at the end. */
  async *readBlob(id: BlobId, offset = 0, length = Infinity): AsyncGenerator<Buffer> {
    const end = offset + length;
    for (let at = offset; at < end;) {
      const slice = await this.#readSlice(id, at, end);
      if (slice === null || slice.data.length === 0) return;
      yield slice.data;
      at += slice.data.length;
      if (at >= slice.size) return;
    }
  }

  /** From `at` to the end of its chunk, or to `end`; null past the end of the blob. */
  async #readSlice(id: BlobId, at: number, end: number): Promise<Slice | null> {
    const seq = Math.floor(at / CHUNK_BYTES);
    const inside = at % CHUNK_BYTES;
    const wanted = Math.min(CHUNK_BYTES - inside, end - at);
    const key = `${id}/${seq}`;
    const kept = this.#chunks.get(key);
    if (kept !== undefined)
      return { data: kept.data.subarray(inside, inside + wanted), size: kept.size };
    const whole = wanted >= WORTH_A_CHUNK && end - at <= MAX_PIECE;
    const [from, length] = whole ? [0, CHUNK_BYTES] : [inside, wanted];
    const [row] = await translated(
      seq === 0
        ? sliceOfHead(this.#db, id, from, length)
        : sliceOfChunk(this.#db, id, seq, from, length),
    );
    if (row === undefined && (seq === 0 || !(await this.#endsBefore(id, at)))) notThere(id);
    if (row === undefined || !whole) return row ?? null;
    this.#chunks.keep(key, row, row.data.length);
    return { data: row.data.subarray(inside, inside + wanted), size: row.size };
  }

  /** No chunk at that offset: past the end is an empty answer, inside it is a damaged blob. */
  async #endsBefore(id: BlobId, at: number): Promise<boolean> {
    const [row] = await translated(sliceOfHead(this.#db, id, 0, 0));
    return row !== undefined && row.size <= at;
  }

  blobSource(blob: { id: BlobId; size: number }): ByteSource {
    return { size: blob.size, open: () => this.readBlob(blob.id, 0, blob.size) };
  }
}

/** The store lost something it promised: temporary for the peer, loud in the log. */
function notThere(id: BlobId): never {
  throw new MailError("unavailable", "The message is not available at the moment", {
    cause: new Error(`blob ${id} is missing or incomplete`),
  });
}
