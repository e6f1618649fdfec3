/** RCPT TO: RFC 5321 §4.1.1.3. Limits: §4.5.3.1.8 and §4.5.3.1.10, announced by LIMITS (RFC 9422). */
import { parseRcpt } from "../../../lib/codec/smtp/command.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { answer, command } from "../command.ts";
import { acceptRecipient } from "../hooks/accept-recipient.ts";

export const rcpt = command({
  verb: "RCPT",
  states: ["sender", "recipients"],
  refusal: "recipient.refused",
  parse: parseRcpt,
  async run({ forwardPath, notify, orcpt }, session) {
    const { transaction, ctx, extended } = session;
    if (!transaction) throw new MailError("wrongState", "MAIL comes first");
    if (transaction.recipients.length >= ctx.settings.limits.maxRecipients) {
      throw new MailError("tooManyRecipients", "Too many recipients");
    }
    if (!extended && (notify !== null || orcpt !== null)) {
      throw new MailError("notSupported", "Say EHLO to use parameters");
    }
    if (forwardPath.utf8 && !transaction.smtputf8) {
      throw new MailError("smtputf8Needed", "Address needs SMTPUTF8"); // RFC 6531 §3.5
    }
    const address = { local: forwardPath.local, domain: forwardPath.domain };
    const target = await acceptRecipient(address, transaction, session);
    transaction.recipients.push({ address, ...target, notify, orcpt });
    return answer(250, "2.1.5", "Recipient OK");
  },
});
