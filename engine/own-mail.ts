/**
 * Mail that the server writes itself, taken in as a submitted message is: stored when the recipient is here,
 * signed and queued when it is elsewhere. The id is the trace id and decides whether it was sent before.
 */
import type { Pool } from "pg";
import { bytesSource } from "../lib/mail/byte-source.ts";
import { formatAddress, type Address } from "../lib/mail/address.ts";
import { MailError } from "../lib/mail/errors.ts";
import { newId } from "../lib/mail/ids.ts";
import type { QueueEntry, Stored } from "../lib/mail/ports.ts";
import type { EngineContext } from "./context.ts";
import { signMessage } from "./outbound/sign.ts";

export interface OwnMail {
  /** A UUID; the Message-ID is <id@sender's domain>. */
  readonly id: string;
  readonly sender: Address;
  readonly recipient: Address;
  /** What SMTP says: "" for mail that wants no bounce (RFC 3834 §3.3). */
  readonly reversePath: string;
  readonly bytes: Buffer;
  readonly date: Date;
}

type Needs = Pick<EngineContext, "directory" | "store">;

/** What one 250 would make true. Throws MailError when nobody here has the address. */
export async function acceptOwnMail(ctx: Needs, mail: OwnMail): Promise<Stored[]> {
  const { id, sender, recipient, bytes, date } = mail;
  const [from, to] = [formatAddress(sender), formatAddress(recipient)];
  const event = {
    ...{ at: date, traceId: id, sender: from, recipient: to },
    messageId: `${id}@${sender.domain}`,
  };
  const local = await ctx.directory.findReceiving(recipient.domain);
  const resolution = local && (await ctx.directory.resolve(local, recipient.local));
  if (local && !resolution) throw new MailError("noSuchUser", `Nobody here is called ${to}`);

  const mailboxes = resolution?.mailboxes ?? [];
  const elsewhere = local ? (resolution?.forwards ?? []) : [recipient];
  const deliveries = mailboxes.map(({ mailboxId }) => ({
    ...{ mailboxId, folder: "INBOX", flags: 0, keywords: [] },
  }));
  const queue = elsewhere.length > 0 ? await queueEntry(ctx, mail, elsewhere) : null;
  const events = [
    { ...event, id: newId(), kind: "message.accepted" as const },
    ...mailboxes.map(({ mailboxId, address }) => ({
      ...{ ...event, id: newId(), kind: "message.delivered" as const },
      ...{ mailboxId, recipient: address },
    })),
    ...elsewhere.map((address) => ({
      ...{ ...event, id: newId(), kind: "message.queued" as const },
      recipient: formatAddress(address),
    })),
  ];
  const source = bytesSource(bytes);
  return ctx.store.accept({ traceId: id, source, internalDate: date, deliveries, queue, events });
}

async function queueEntry(
  { directory }: Needs,
  { sender, bytes, reversePath }: OwnMail,
  recipients: readonly Address[],
): Promise<QueueEntry> {
  return {
    ...{ id: newId(), reversePath, mailboxId: null, smtputf8: false, eightBit: false },
    ...{ requireTls: false, dsnRet: null, dsnEnvid: null },
    recipients: recipients.map((address) => ({
      ...{ address: formatAddress(address), destination: address.domain },
      ...{ dsnNotify: null, dsnOrcpt: null },
    })),
    prefix: await signMessage(bytesSource(bytes), sender.domain, directory),
  };
}

/** Whoever writes may run again after a crash: what was accepted is not sent twice. */
export async function wasAccepted(pool: Pool, id: string): Promise<boolean> {
  const found = await pool.query({
    name: "own-mail-accepted",
    text: "select 1 from mail_event where trace_id = $1 and kind = 'message.accepted' limit 1",
    values: [id],
  });
  return found.rowCount !== 0;
}
