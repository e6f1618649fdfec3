/**
 * Is the mail store what it says it is? Recounts what is counted and hashes what is hashed; answers
 * one line per fault, none when all is well. Reads one snapshot and changes nothing.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import { CHUNK_BYTES } from "./blob-writer.ts";
import { statement, type Sql } from "../sql.ts";

export interface CheckOptions {
  /** Reads and hashes every blob: as long as reading the disk takes. On by default. */
  readonly contents?: boolean;
  /** Called after every blob that was hashed. */
  readonly onProgress?: (progress: CheckProgress) => void;
}

export interface CheckProgress {
  readonly blobs: number;
  readonly totalBlobs: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

interface Fault {
  readonly fault: string;
}

/** Each finds the rows that break one rule. */
const RULES = [
  `SELECT format('folder %s (%s): %s says %s, its messages say %s', f.id, f.name, c.what, c.says, c.are)
     AS fault
   FROM folder f
   LEFT JOIN (
     SELECT folder_id, count(*) AS messages, count(*) FILTER (WHERE flags & 1 = 0) AS unseen,
       count(*) FILTER (WHERE flags & 8 <> 0) AS deleted, sum(size) AS bytes
     FROM (
       SELECT m.folder_id, m.size, CASE WHEN log.unfolded
         THEN flags_now(m.folder_id, m.uid, m.modseq, m.flags) ELSE m.flags END AS flags
       FROM message m JOIN (
         SELECT id, EXISTS (SELECT 1 FROM reflagged r WHERE r.folder_id = f.id AND r.kept IS NOT NULL
           AND r.modseq > f.folded_modseq) AS unfolded FROM folder f
       ) log ON log.id = m.folder_id
     ) AS now GROUP BY folder_id
   ) m ON m.folder_id = f.id
   CROSS JOIN LATERAL (VALUES
     ('messages', f.messages::bigint, coalesce(m.messages, 0)::bigint),
     ('unseen', f.unseen, coalesce(m.unseen, 0)),
     ('deleted', f.deleted, coalesce(m.deleted, 0)),
     ('bytes', f.bytes, coalesce(m.bytes, 0)::bigint)
   ) AS c(what, says, are)
   WHERE c.says <> c.are`,
  `SELECT format('message %s/%s: uid is not below uidnext, or modseq above the folder''s', m.folder_id, m.uid)
     AS fault
   FROM message m JOIN folder f ON f.id = m.folder_id
   WHERE m.uid >= f.uid_next OR m.modseq > f.highest_modseq OR m.uid < 1`,
  `SELECT format('expunged %s/%s: still a message, or newer than the folder', e.folder_id, e.uid) AS fault
   FROM expunged e JOIN folder f ON f.id = e.folder_id
   LEFT JOIN message m ON m.folder_id = e.folder_id AND m.uid = e.uid
   WHERE m.uid IS NOT NULL OR e.uid >= f.uid_next OR e.modseq > f.highest_modseq`,
  `SELECT format('folder %s: a change of flags at modseq %s, newer than the folder', f.id, r.modseq) AS fault
   FROM reflagged r JOIN folder f ON f.id = r.folder_id WHERE r.modseq > f.highest_modseq`,
  `SELECT format('message %s/%s: a change of flags at modseq %s is not in its row', m.folder_id, m.uid, r.modseq)
     AS fault
   FROM reflagged r JOIN folder f ON f.id = r.folder_id
   CROSS JOIN LATERAL unnest(r.firsts, r.lasts) AS s(first, last)
   JOIN message m ON m.folder_id = r.folder_id AND m.uid BETWEEN s.first AND s.last AND m.modseq < r.modseq
   WHERE r.kept IS NULL OR r.modseq <= f.folded_modseq`,
  `SELECT format('mailbox %s: %s says %s, its folders say %s', b.id, c.what, c.says, c.are) AS fault
   FROM mailbox b
   LEFT JOIN (
     SELECT mailbox_id, sum(bytes)::bigint AS bytes, sum(messages) AS messages
     FROM folder GROUP BY mailbox_id
   ) f ON f.mailbox_id = b.id
   CROSS JOIN LATERAL (VALUES
     ('used_bytes', b.used_bytes, coalesce(f.bytes, 0)),
     ('used_messages', b.used_messages, coalesce(f.messages, 0))
   ) AS c(what, says, are)
   WHERE c.says <> c.are`,
  `SELECT format('mailbox %s: uidvalidity %s is given twice or lies ahead', f.mailbox_id, f.uid_validity)
     AS fault
   FROM folder f JOIN mailbox b ON b.id = f.mailbox_id
   GROUP BY f.mailbox_id, f.uid_validity, b.last_uid_validity
   HAVING count(*) > 1 OR f.uid_validity > b.last_uid_validity`,
  `SELECT format('mailbox %s: it has no INBOX', b.id) AS fault
   FROM mailbox b WHERE NOT EXISTS (SELECT 1 FROM folder f WHERE f.mailbox_id = b.id AND f.name = 'INBOX')`,
  `SELECT format('message %s/%s: size %s, blob %s has %s', m.folder_id, m.uid, m.size, m.blob_id, b.size)
     AS fault
   FROM message m LEFT JOIN blob b ON b.id = m.blob_id WHERE b.size IS DISTINCT FROM m.size`,
  `SELECT format('queued recipient %s: waits, but its message has no bytes', r.id) AS fault
   FROM queue_recipient r JOIN queue_message m ON m.id = r.message_id
   WHERE r.state = 'waiting' AND m.blob_id IS NULL`,
].map((text, at) => statement<Fault>(`check.${at}`, text));

export async function checkStore(pool: pg.Pool, options: CheckOptions = {}): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await client.query("SET LOCAL statement_timeout = 0");
    const faults: string[] = [];
    for (const rule of RULES) faults.push(...(await rule(client)).map((row) => row.fault));
    if (options.contents !== false)
      faults.push(...(await checkContents(client, options.onProgress ?? (() => {}))));
    return faults;
  } finally {
    await client.query("ROLLBACK").catch(() => undefined);
    client.release();
  }
}

interface BlobRow {
  readonly id: number;
  readonly size: number;
  readonly sha256: Buffer;
  readonly head: Buffer;
}
const nextBlob = statement<BlobRow>(
  "check.blob",
  "SELECT id, size, sha256, head FROM blob WHERE id > $1 ORDER BY id LIMIT 1",
);
const chunk = statement<{ data: Buffer }>(
  "check.chunk",
  "SELECT data FROM blob_chunk WHERE blob_id = $1 AND seq = $2",
);

const blobTotals = statement<{ totalBlobs: number; totalBytes: number }>(
  "check.totals",
  `SELECT count(*) AS "totalBlobs", coalesce(sum(size), 0)::bigint AS "totalBytes" FROM blob`,
);

async function checkContents(
  db: Sql,
  onProgress: (progress: CheckProgress) => void,
): Promise<string[]> {
  const faults: string[] = [];
  const [totals = { totalBlobs: 0, totalBytes: 0 }] = await blobTotals(db);
  const done = { blobs: 0, bytes: 0 };
  for (let [blob] = await nextBlob(db, 0); blob; [blob] = await nextBlob(db, blob.id)) {
    const hash = createHash("sha256").update(blob.head);
    let size = blob.head.length;
    for (let seq = 1; seq * CHUNK_BYTES < blob.size; seq++) {
      const [row] = await chunk(db, blob.id, seq);
      if (row) hash.update(row.data);
      size += row?.data.length ?? 0;
    }
    if (size !== blob.size) faults.push(`blob ${blob.id}: size ${blob.size}, has ${size} bytes`);
    else if (!hash.digest().equals(blob.sha256)) faults.push(`blob ${blob.id}: hash is wrong`);
    done.blobs++;
    done.bytes += size;
    onProgress({ ...done, ...totals });
  }
  return faults;
}
