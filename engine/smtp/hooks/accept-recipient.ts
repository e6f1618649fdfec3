/**
 * RCPT TO (RFC 5321 §4.1.1.3): may we relay, does the user exist, is the mailbox in use, is there room.
 * In that order.
 *
 * A bare Postmaster (§4.5.1) is the postmaster of the domain that our host name belongs to, if we have it.
 * There is no mailbox of last resort: where nobody made a postmaster the answer is "no such user", for
 * mail that is taken and read by nobody is worse.
 */
import { MailError } from "../../../lib/mail/errors.ts";
import type { Address } from "../../../lib/mail/address.ts";
import type { LocalDomain, LocalRecipient } from "../../../lib/mail/ports.ts";
import { oneMessage, requireRoom, roomIn } from "../../../lib/mail/quota.ts";
import { restoreSender } from "../../../lib/mail/srs.ts";
import type { Recipient, SmtpSession, Transaction } from "../state.ts";
import { srsOf } from "../forward.ts";

type Target = Pick<Recipient, "domainId" | "mailboxes" | "elsewhere">;

export async function acceptRecipient(
  address: Address,
  transaction: Transaction,
  session: SmtpSession,
): Promise<Target> {
  const domain = await findReceiving(address, session);
  if (!domain) return relay(address, session);

  const found = await session.ctx.directory.resolve(domain, address.local);
  if (!found) return bounced(address, transaction, session);
  const mailboxes = found.mailboxes.filter(({ suspended }) => !suspended);
  if (mailboxes.length === 0 && found.forwards.length === 0) {
    throw new MailError("mailboxDisabled", "Mailbox disabled");
  }
  for (const mailbox of mailboxes) checkRoom(mailbox, Math.max(1, transaction.declaredSize ?? 0));
  return { domainId: domain.id, mailboxes, elsewhere: found.forwards };
}

async function findReceiving(address: Address, session: SmtpSession): Promise<LocalDomain | null> {
  const { directory, settings } = session.ctx;
  if (address.domain !== "") return directory.findReceiving(address.domain);
  const [, ...parent] = settings.mailHostname.split(".");
  return (
    (await directory.findReceiving(settings.mailHostname)) ??
    (await directory.findReceiving(parent.join(".")))
  );
}

/** Elsewhere: for those who signed in. A domain of ours that only sends, or is only watched, is elsewhere too. */
async function relay(address: Address, session: SmtpSession): Promise<Target> {
  if (address.domain === "") throw noSuchUser();
  if (!session.account) {
    // MX leads here by mistake: whoever sent this is to learn it from the first server that knows.
    if (await session.ctx.directory.findDomain(address.domain))
      throw new MailError("notReceivedHere", "Mail for this domain is not received here");
    throw new MailError("relayDenied", "Relaying denied");
  }
  if (!address.domain.includes(".") && !address.domain.startsWith("[")) {
    throw new MailError("badDestination", "The domain is not complete");
  }
  return { domainId: null, mailboxes: [], elsewhere: [address] };
}

/** Nobody of that name, except for the bounce of a message that we forwarded under a name of ours. */
function bounced(address: Address, transaction: Transaction, session: SmtpSession): Target {
  const sender = transaction.reversePath ? null : restoreSender(address.local, srsOf(session.ctx));
  if (!sender) throw noSuchUser();
  return { domainId: null, mailboxes: [], elsewhere: [sender] };
}

const noSuchUser = () => new MailError("noSuchUser", "No such user here");

/** One full mailbox of a group delays the whole group: sent again later, nobody misses it. */
export function checkRoom(mailbox: LocalRecipient, size: number): void {
  requireRoom(roomIn(mailbox), oneMessage(size));
}
