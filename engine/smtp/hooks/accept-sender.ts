/** MAIL FROM (RFC 5321 §4.1.1.2): do we offer what it asks for, is there room at all, is it theirs to say. */
import type { MailArguments } from "../../../lib/codec/smtp/command.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { SmtpSession } from "../state.ts";
import { mayWriteAs } from "./may-write-as.ts";

export async function acceptSender(mail: MailArguments, session: SmtpSession): Promise<void> {
  const { ctx, account, connection, extended } = session;
  if (!extended && usesExtensions(mail))
    throw new MailError("notSupported", "Say EHLO to use parameters");
  if (mail.requireTls && !connection.tls) {
    throw new MailError("notSupported", "REQUIRETLS needs a session under TLS"); // RFC 8689 §2
  }
  if ((mail.size ?? 0) > ctx.settings.limits.maxMessageBytes) {
    throw new MailError("messageTooBig", "Message too big"); // RFC 1870 §6.1
  }
  if (!account || mail.reversePath === null) return; // "<>": notices, which clients send too (RFC 8098)
  await mayWriteAs(mail.reversePath, {
    account,
    directory: ctx.directory,
    what: "This sender address",
  });
}

function usesExtensions(mail: MailArguments): boolean {
  const { size, body, smtputf8, ret, envid, requireTls, auth } = mail;
  return smtputf8 || requireTls || [size, body, ret, envid, auth].some((value) => value !== null);
}
