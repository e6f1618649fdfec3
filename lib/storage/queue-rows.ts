/** New rows of the mail queue, written in the transaction that accepts the message. */
import type { BlobId, QueueEntry } from "../mail/ports.ts";
import { statement, type Sql } from "./sql.ts";

export interface NewQueueEntry {
  readonly traceId: string;
  readonly entry: QueueEntry;
  readonly blobId: BlobId;
  readonly blob: { readonly size: number };
  /** When it was accepted: its first attempt is due. */
  readonly at: Date;
}

const insertMessages = statement(
  "queue.messages",
  `INSERT INTO queue_message (id, trace_id, blob_id, reverse_path, mailbox_id, size, smtputf8,
     eight_bit, require_tls, dsn_ret, dsn_envid, created_at)
   SELECT id, trace_id, blob_id, reverse_path, mailbox_id, size, smtputf8, eight_bit, require_tls,
     dsn_ret, dsn_envid, created_at
   FROM json_populate_recordset(NULL::queue_message, $1::json)`,
);
const insertRecipients = statement(
  "queue.recipients",
  `INSERT INTO queue_recipient (message_id, address, destination, next_attempt_at, dsn_notify, dsn_orcpt)
   SELECT message_id, address, destination, next_attempt_at, dsn_notify, dsn_orcpt
   FROM json_populate_recordset(NULL::queue_recipient, $1::json)`,
);

/** Both statements are sent before it returns. */
export async function insertQueueEntries(
  tx: Sql,
  entries: readonly NewQueueEntry[],
): Promise<void> {
  await Promise.all([
    insertMessages(tx, JSON.stringify(entries.map(messageRow))),
    insertRecipients(tx, JSON.stringify(entries.flatMap(recipientRows))),
  ]);
}

function messageRow({ traceId, entry, blobId, blob, at }: NewQueueEntry) {
  return {
    id: entry.id,
    trace_id: traceId,
    blob_id: blobId,
    reverse_path: entry.reversePath,
    mailbox_id: entry.mailboxId,
    size: blob.size,
    smtputf8: entry.smtputf8,
    eight_bit: entry.eightBit,
    require_tls: entry.requireTls,
    dsn_ret: entry.dsnRet,
    dsn_envid: entry.dsnEnvid,
    created_at: at,
  };
}

function recipientRows({ entry, at }: NewQueueEntry) {
  return entry.recipients.map((recipient) => ({
    message_id: entry.id,
    address: recipient.address,
    destination: recipient.destination,
    next_attempt_at: at,
    dsn_notify: recipient.dsnNotify,
    dsn_orcpt: recipient.dsnOrcpt,
  }));
}
