/**
 * Who a submitted message says it is from (RFC 6409 §6.1): every address in From must be the account's.
 * Not Sender: it may name a machine or a secretary, and no reader is shown it as the author.
 */
import { mailboxesOf, parseAddressList } from "../../../lib/codec/mime/address.ts";
import { fieldText, fieldsNamed } from "../../../lib/codec/mime/header.ts";
import { parseAddress } from "../../../lib/mail/address.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { Account, Directory } from "../../../lib/mail/ports.ts";
import type { Head } from "../head.ts";

export async function senderOwned(
  head: Head,
  account: Account,
  directory: Directory,
): Promise<void> {
  const [from, second] = fieldsNamed(head.header, "From");
  if (!from || second) throw new MailError("badMessage", "One From field is needed");
  const { addresses, truncated } = parseAddressList(fieldText(head.bytes, from));
  const mailboxes = mailboxesOf(addresses);
  // What our reader cannot read, another may read as somebody else's address.
  const strange = addresses.some(({ host }) => host === "");
  if (mailboxes.length === 0 || truncated || strange) {
    throw new MailError("badMessage", "The From field has no valid address");
  }
  for (const { address } of mailboxes) {
    const parsed = parseAddress(address);
    if (!parsed || !(await directory.ownsAddress(account.mailboxId, parsed))) {
      throw new MailError("senderNotOwned", "The address in From is not yours");
    }
  }
}
