/** The reverse-path of mail that goes on to elsewhere: lib/mail/srs.ts with the keys of this installation. */
import { createHmac } from "node:crypto";
import { formatAddress } from "../../lib/mail/address.ts";
import { rewriteSender, type Srs } from "../../lib/mail/srs.ts";
import type { EngineContext } from "../context.ts";
import type { SmtpSession, Transaction } from "./state.ts";

export function srsOf({ settings, clock }: EngineContext): Srs {
  const secret = createHmac("sha256", settings.secretKey).update("srs").digest("base64");
  return { secret, now: clock.now() };
}

/**
 * Who signed in keeps the own name, and so does "<>". A stranger's is rewritten into the domain whose
 * address forwards: that domain's SPF record names us.
 */
export function queuedReversePath(transaction: Transaction, session: SmtpSession): string {
  const { reversePath, recipients } = transaction;
  if (reversePath === null) return "";
  const forwarder = recipients.find(({ elsewhere, domainId }) => domainId && elsewhere.length > 0);
  if (session.account || !forwarder) return formatAddress(reversePath);
  const rewritten = rewriteSender(reversePath, forwarder.address.domain, srsOf(session.ctx));
  return formatAddress(rewritten ?? reversePath);
}
