/**
 * Whether an account may write in the name of an address (RFC 6409 §6.1). Of a domain that only receives, or is
 * only watched, nobody may: the answer says so, for the person who set up the program will want to know.
 */
import type { Address } from "../../../lib/mail/address.ts";
import { sendsMail } from "../../../lib/mail/domain-mode.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { Account, Directory } from "../../../lib/mail/ports.ts";

export interface Writer {
  readonly account: Account;
  readonly directory: Directory;
  /** What is said of the address: "The address in From". */
  readonly what: string;
}

export async function mayWriteAs(
  address: Address | null,
  { account, directory, what }: Writer,
): Promise<void> {
  if (address && (await directory.ownsAddress(account.mailboxId, address))) return;
  const domain = address && (await directory.findDomain(address.domain));
  if (domain && !sendsMail(domain.mode))
    throw new MailError("sendingOff", `${domain.name} does not send mail from here`);
  throw new MailError("senderNotOwned", `${what} is not yours`);
}
