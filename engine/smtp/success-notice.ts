/**
 * NOTIFY=SUCCESS for mailboxes of ours: RFC 3461 §4.1 and §6.2.1, "delivered". What goes on to elsewhere is
 * engine/outbound's to report.
 *
 * A stranger's sender hears of it only when SPF passed: else anybody could make us write to anybody.
 */
import type { ByteSource, ClaimedRecipient, QueueBatch } from "../../lib/mail/ports.ts";
import { formatAddress } from "../../lib/mail/address.ts";
import { composeNotices } from "../outbound/notice.ts";
import type { Recipient, SmtpSession, Transaction } from "./state.ts";

/** After commit; what fails here is logged, the message is delivered all the same. */
export async function sendSuccessNotice(
  source: ByteSource,
  transaction: Transaction,
  session: SmtpSession,
): Promise<void> {
  const about = transaction.recipients.filter(wantsNotice);
  if (about.length === 0 || transaction.reversePath === null) return;
  const { ctx } = session;
  const now = ctx.clock.now();
  const occasion = { batch: batchOf(transaction, session, now), source, mx: null, now, until: now };
  const verdicts = about.map((recipient) => ({
    ...{ outcome: "delivered" as const, code: 250, enhanced: "2.1.5", text: "Delivered" },
    ...{ remote: false, dsnPassedOn: false, late: false },
    recipient: claimed(recipient),
  }));
  try {
    const { acceptances, events } = await composeNotices(ctx, occasion, verdicts);
    for (const acceptance of acceptances) await ctx.store.accept(acceptance);
    ctx.store.record(events);
  } catch (err) {
    session.log.error({ err, trace: transaction.id }, "success notice not sent");
  }
}

const wantsNotice = ({ mailboxes, notify }: Recipient) =>
  mailboxes.length > 0 && notify?.split(",").includes("SUCCESS") === true;

function claimed({ address, orcpt, notify }: Recipient): ClaimedRecipient {
  const text = formatAddress(address);
  return {
    ...{ id: 0, attempts: 1, delayNoticeAt: null },
    ...{ address: text, destination: address.domain, dsnNotify: notify, dsnOrcpt: orcpt },
  };
}

/** As if it had been in the queue for no time. */
function batchOf(transaction: Transaction, session: SmtpSession, now: Date): QueueBatch {
  const { id, reversePath, smtputf8, eightBit, requireTls, ret, envid } = transaction;
  return {
    ...{ queueId: id, traceId: id, blobId: 0, size: 0, recipients: [], destination: "" },
    reversePath: reversePath ? formatAddress(reversePath) : "",
    mailboxId: session.account?.mailboxId ?? null,
    ...{ smtputf8, eightBit, requireTls, dsnRet: ret, dsnEnvid: envid, createdAt: now },
  };
}
