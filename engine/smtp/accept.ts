/**
 * The end of a message (RFC 5321 §4.1.1.4): from here on it is ours, and 250 means that it is on disk.
 *
 * Checked: line ends, NUL, size, hops. Then what mail from strangers needs (inbound.ts) or what mail of
 * ours needs (submission.ts), then one Acceptance: folders, queue and trace in one transaction.
 */
import { fieldsNamed, fieldText, headerText } from "../../lib/codec/mime/header.ts";
import { formatAddress, type Address } from "../../lib/mail/address.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { MailEvent } from "../../lib/mail/events.ts";
import { newId } from "../../lib/mail/ids.ts";
import type { ByteSource, Delivery, LocalRecipient, QueueEntry } from "../../lib/mail/ports.ts";
import { queuedReversePath } from "./forward.ts";
import { readHead, withHead, type Head } from "./head.ts";
import { checkRoom } from "./hooks/accept-recipient.ts";
import { prepareInbound } from "./inbound.ts";
import { MAX_RECEIVED, MAX_RECEIVED_HERE } from "./limits.ts";
import { receivedField } from "./received.ts";
import type { Recipient, SmtpSession, Transaction } from "./state.ts";
import { prepareSubmission } from "./submission.ts";
import { sendSuccessNotice } from "./success-notice.ts";
import { traceEvent } from "./trace.ts";

/** What inbound.ts and submission.ts say about a message. */
export interface Prepared {
  /** Fields that we add above Received, and below it; each with CRLF. */
  readonly above: string;
  readonly below: string;
  /** Names of fields that the message must not keep; lower case. */
  readonly drop: (name: string, value: () => string) => boolean;
  readonly folder: "INBOX" | "Junk";
  readonly keywords: readonly string[];
  /** In front of the queue's copy, once its bytes are known: DKIM-Signature, ARC set. */
  readonly sign: (source: ByteSource) => Promise<Buffer>;
  /** The sender is who the reverse-path says: it may hear of success. */
  readonly senderKnown: boolean;
  /** Why, for the trace. */
  readonly text: string;
  readonly detail: Record<string, unknown>;
}

export interface Incoming {
  readonly source: ByteSource;
  readonly head: Head;
  readonly transaction: Transaction;
  readonly session: SmtpSession;
}

/** Resolves after commit. */
export async function acceptMessage(
  source: ByteSource,
  transaction: Transaction,
  session: SmtpSession,
): Promise<void> {
  const head = await readHead(source);
  if (goesInCircles(head, session.ctx.settings.mailHostname)) {
    throw new MailError("loopDetected", "Too many hops: this message is going in circles");
  }
  const mailboxes = mailboxesOf(transaction.recipients);
  for (const mailbox of mailboxes.values()) checkRoom(mailbox, source.size);

  const incoming = { source, head, transaction, session };
  const prepared = session.account
    ? await prepareSubmission(incoming, session.account)
    : await prepareInbound(incoming);
  await store(incoming, prepared, mailboxes);
}

function goesInCircles({ bytes, header }: Head, hostname: string): boolean {
  const hops = fieldsNamed(header, "Received");
  const here = ` by ${hostname.toLowerCase()} `;
  const ours = hops.filter((hop) => fieldText(bytes, hop).toLowerCase().includes(here));
  return hops.length > MAX_RECEIVED || ours.length > MAX_RECEIVED_HERE;
}

/** Everyone once, however many addresses lead there. */
function mailboxesOf(recipients: readonly Recipient[]): Map<string, LocalRecipient> {
  const all = recipients.flatMap(({ mailboxes }) => mailboxes);
  return new Map(all.map((mailbox) => [mailbox.mailboxId, mailbox]));
}

async function store(
  incoming: Incoming,
  prepared: Prepared,
  mailboxes: Map<string, LocalRecipient>,
): Promise<void> {
  const { head, session, transaction } = incoming;
  const source = withHead(incoming.source, head, {
    first: prepared.above + received(incoming) + prepared.below,
    drop: (name, value) => prepared.drop(name, value),
  });
  const queue = await queueEntry(incoming, prepared, source);
  const returnPath = transaction.reversePath ? formatAddress(transaction.reversePath) : "";
  await session.ctx.store.accept({
    traceId: transaction.id,
    source,
    internalDate: session.ctx.clock.now(),
    deliveries: [...mailboxes.keys()].map((mailboxId) => delivery(mailboxId, prepared)),
    deliveryPrefix: Buffer.from(`Return-Path: <${returnPath}>\r\n`),
    queue,
    events: events(incoming, prepared, { mailboxes, queue }),
  });
  if (prepared.senderKnown) await sendSuccessNotice(source, transaction, session);
}

function delivery(mailboxId: string, { folder, keywords }: Prepared): Delivery {
  return { mailboxId, folder, flags: 0, keywords };
}

function received({ session, transaction }: Incoming): string {
  const { connection, ctx } = session;
  const [only, second] = transaction.recipients;
  return receivedField({
    helo: session.helo ?? "unknown",
    remoteAddress: connection.remoteAddress,
    hostname: ctx.settings.mailHostname,
    extended: session.extended,
    tls: connection.tls,
    authenticated: session.account !== null,
    smtputf8: transaction.smtputf8,
    id: transaction.id,
    onlyRecipient: only && !second && only.address.domain !== "" ? only.address : null,
    at: ctx.clock.now(),
  });
}

/** One entry for all that leave; null when nobody does. */
async function queueEntry(
  { transaction, session }: Incoming,
  prepared: Prepared,
  source: ByteSource,
): Promise<QueueEntry | null> {
  const recipients = transaction.recipients.flatMap((recipient) =>
    recipient.elsewhere.map((address) => queueRecipient(address, recipient)),
  );
  if (recipients.length === 0) return null;
  const unique = new Map(recipients.map((recipient) => [recipient.address, recipient]));
  return {
    id: newId(session.ctx.clock.now().getTime()),
    reversePath: queuedReversePath(transaction, session),
    mailboxId: session.account?.mailboxId ?? null,
    smtputf8: transaction.smtputf8,
    eightBit: transaction.eightBit,
    requireTls: transaction.requireTls,
    dsnRet: transaction.ret,
    dsnEnvid: transaction.envid,
    recipients: [...unique.values()],
    prefix: await prepared.sign(source),
  };
}

function queueRecipient(address: Address, { notify, orcpt }: Recipient) {
  const text = formatAddress(address);
  return { address: text, destination: address.domain, dsnNotify: notify, dsnOrcpt: orcpt };
}

function events(
  { session, transaction, head, source }: Incoming,
  prepared: Prepared,
  to: { mailboxes: Map<string, LocalRecipient>; queue: QueueEntry | null },
): MailEvent[] {
  const messageId = headerText(head.bytes, head.header, "Message-ID")
    ?.replace(/^<|>$/g, "")
    .slice(0, 998);
  const { connection, helo } = session;
  const only = transaction.recipients.length === 1 ? transaction.recipients[0] : undefined;
  const accepted = traceEvent(session, "message.accepted", {
    messageId,
    recipient: only ? formatAddress(only.address) : undefined,
    code: 250,
    enhanced: "2.0.0",
    text: prepared.text,
    detail: {
      ...prepared.detail,
      size: source.size,
      helo,
      tls: connection.tls,
      role: session.role,
    },
  });
  const delivered = [...to.mailboxes.values()].map(({ mailboxId, domainId, address }) =>
    traceEvent(session, "message.delivered", {
      ...{ messageId, mailboxId, domainId, recipient: address },
      text: `Filed in ${prepared.folder}`,
      detail: { folder: prepared.folder },
    }),
  );
  const queued = (to.queue?.recipients ?? []).map(({ address, destination }) =>
    traceEvent(session, "message.queued", {
      ...{ messageId, recipient: address },
      detail: { queueId: to.queue?.id, destination },
    }),
  );
  return [accepted, ...delivered, ...queued];
}
