/** Messages with their stored structures, in order, a few batches ahead: for SORT and THREAD. */
import type { BlobInfo, BlobsFor, Uid } from "../../../lib/mail/ports.ts";
import { inOrder } from "../ahead.ts";
import { BATCH } from "../limits.ts";
import type { Progress } from "../progress.ts";
import type { ImapSession } from "../state.ts";

export interface ReadMessage {
  readonly uid: Uid;
  readonly internalDate: Date;
  readonly size: number;
  readonly blob: BlobInfo;
}

/** Those that went meanwhile are passed over. The last one read is the goal of the progress. */
export async function* readMessages(
  session: ImapSession,
  uids: readonly Uid[],
  progress: Progress,
): AsyncGenerator<ReadMessage> {
  let left = uids.length;
  const from = session.context.blobsFor(uids.length);
  const batches: Uid[][] = [];
  for (let at = 0; at < uids.length; at += BATCH) batches.push(uids.slice(at, at + BATCH));
  for await (const batch of inOrder(batches, (batch) => readBatch(session, from, batch))) {
    yield* batch;
    left -= BATCH;
    progress.reached((progress.goal ?? 0) - left);
  }
}

async function readBatch(
  session: ImapSession,
  from: ReturnType<BlobsFor>,
  uids: readonly Uid[],
): Promise<ReadMessage[]> {
  const { open } = session.mailbox;
  // Rows may move while blobs are read: what they say is read first.
  const rows = uids.flatMap((uid) => {
    const row = open.rowOf(uid);
    if (row < 0) return [];
    const [size, id] = [open.sizeAt(row), open.blobAt(row)];
    return [{ uid, size, internalDate: open.internalDateAt(row), id }];
  });
  const blobs = await from.getBlobs([...new Set(rows.map(({ id }) => id))]);
  const byId = new Map(blobs.map((blob) => [blob.id, blob]));
  return rows.flatMap(({ id, ...row }) => {
    const blob = byId.get(id);
    return blob === undefined ? [] : [{ ...row, blob }];
  });
}
