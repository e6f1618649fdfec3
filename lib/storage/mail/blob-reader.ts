/** Reading blobs: what was computed about them, and slices of their bytes, one chunk at a time. */
import type { Structure } from "../../codec/mime/structure.ts";
import { MailError } from "../../mail/errors.ts";
import type { BlobId, BlobInfo, ByteSource } from "../../mail/ports.ts";
import { statement, translated, type Sql } from "../sql.ts";
import { CHUNK_BYTES } from "./blob-writer.ts";

const selectInfo = statement<{ id: BlobId; size: number; structure: Structure; preview: string }>(
  "blob.info",
  "SELECT id, size, structure, preview FROM blob WHERE id = ANY($1)",
);

const selectWhole = statement<BlobInfo & { octets: Buffer | undefined }>(
  "blob.whole",
  `SELECT id, size, structure, preview, CASE WHEN size <= $2 THEN head END AS octets
   FROM blob WHERE id = ANY($1)`,
);

/** In the order of `ids`; with the octets of those that have no more than so many. */
export async function getBlobs(
  db: Sql,
  ids: readonly BlobId[],
  octetsUpTo = 0,
): Promise<BlobInfo[]> {
  const each = [...new Set(ids)];
  const limit = Math.min(octetsUpTo, CHUNK_BYTES);
  const rows = await translated(limit > 0 ? selectWhole(db, each, limit) : selectInfo(db, each));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? missing(id));
}

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

/** Bytes [offset, offset + length), clipped at the end. */
export async function* readBlob(
  db: Sql,
  id: BlobId,
  offset = 0,
  length = Infinity,
): AsyncGenerator<Buffer> {
  const end = offset + length;
  for (let at = offset; at < end;) {
    const seq = Math.floor(at / CHUNK_BYTES);
    const inside = at % CHUNK_BYTES;
    const wanted = Math.min(CHUNK_BYTES - inside, end - at);
    const [row] = await translated(
      seq === 0 ? sliceOfHead(db, id, inside, wanted) : sliceOfChunk(db, id, seq, inside, wanted),
    );
    if (row === undefined && (seq === 0 || !(await endsBefore(db, id, at)))) missing(id);
    if (row === undefined || row.data.length === 0) return;
    yield row.data;
    at += row.data.length;
    if (at >= row.size) return;
  }
}

/** No chunk at that offset: past the end is an empty answer, inside it is a damaged blob. */
async function endsBefore(db: Sql, id: BlobId, at: number): Promise<boolean> {
  const [row] = await translated(sliceOfHead(db, id, 0, 0));
  return row !== undefined && row.size <= at;
}

/** The store lost something it promised: temporary for the peer, loud in the log. */
function missing(id: BlobId): never {
  throw new MailError("unavailable", "The message is not available at the moment", {
    cause: new Error(`blob ${id} is missing or incomplete`),
  });
}

export function blobSource(db: Sql, blob: { id: BlobId; size: number }): ByteSource {
  return { size: blob.size, open: () => readBlob(db, blob.id, 0, blob.size) };
}
