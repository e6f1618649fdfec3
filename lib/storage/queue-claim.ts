/** Claimed rows as batches: recipients of one message for one destination go in one transaction. */
import type { BlobId, QueueBatch } from "../mail/ports.ts";

/** RFC 5321 §4.5.3.1.8: every server takes at least this many recipients. */
const MAX_RECIPIENTS = 100;

export interface ClaimedRow extends Omit<QueueBatch, "queueId" | "recipients"> {
  readonly id: number;
  readonly messageId: string;
  readonly address: string;
  readonly blobId: BlobId;
  /** Before this claim. */
  readonly attempts: number;
  readonly dsnNotify: string | null;
  readonly dsnOrcpt: string | null;
  readonly delayNoticeAt: Date | null;
}

export function groupClaimed(rows: readonly ClaimedRow[]): QueueBatch[] {
  const groups = new Map<string, ClaimedRow[]>();
  for (const row of rows) {
    const key = `${row.messageId} ${row.destination}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].flatMap((group) => cut(group).flatMap(toBatch));
}

function cut(group: readonly ClaimedRow[]): ClaimedRow[][] {
  const pieces: ClaimedRow[][] = [];
  for (let at = 0; at < group.length; at += MAX_RECIPIENTS) {
    pieces.push(group.slice(at, at + MAX_RECIPIENTS));
  }
  return pieces;
}

function toBatch(rows: readonly ClaimedRow[]): QueueBatch[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { traceId, blobId, size, reversePath, mailboxId, smtputf8, eightBit, requireTls } = first;
  const { dsnRet, dsnEnvid, createdAt, destination } = first;
  const message = { traceId, blobId, size, reversePath, mailboxId, smtputf8, eightBit, requireTls };
  const recipients = rows.map(({ id, address, attempts, dsnNotify, dsnOrcpt, delayNoticeAt }) => ({
    ...{ id, address, destination, dsnNotify, dsnOrcpt, delayNoticeAt },
    attempts: attempts + 1,
  }));
  return [
    { ...message, queueId: first.messageId, dsnRet, dsnEnvid, createdAt, destination, recipients },
  ];
}
