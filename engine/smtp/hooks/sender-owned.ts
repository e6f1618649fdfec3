/**
 * Who a submitted message says it is from (RFC 6409 §6.1): every address in From must be the account's.
 * Also what our reader takes for a name or passes over, and another may take for the address: only in
 * quotes may somebody else be named there. Sender may name a machine or a secretary elsewhere, but nobody
 * else of ours: some readers show it before the author.
 */
import { mailboxesOf, parseAddressList } from "../../../lib/codec/mime/address.ts";
import { fieldText, fieldsNamed } from "../../../lib/codec/mime/header.ts";
import { parseAddress, type Address } from "../../../lib/mail/address.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { Account, Directory } from "../../../lib/mail/ports.ts";
import type { Head } from "../head.ts";
import { mayWriteAs } from "./may-write-as.ts";

/** Each is looked up. One person has few addresses to write from, and all are theirs. */
const MAX_AUTHORS = 100;

export async function senderOwned(
  head: Head,
  account: Account,
  directory: Directory,
): Promise<void> {
  const [from, second] = fieldsNamed(head.header, "From");
  if (!from || second) throw new MailError("badMessage", "One From field is needed");
  const text = fieldText(head.bytes, from);
  const { addresses, truncated } = parseAddressList(text);
  const mailboxes = mailboxesOf(addresses);
  // What our reader cannot read, another may read as somebody else's address.
  const strange = addresses.some(({ host }) => host === "");
  if (mailboxes.length === 0 || truncated || strange) {
    throw new MailError("badMessage", "The From field has no valid address");
  }
  const authors = [...mailboxes.map(({ address }) => parseAddress(address)), ...alsoNamed(text)];
  if (authors.length > MAX_AUTHORS) throw new MailError("badMessage", "Too many authors");
  for (const author of authors) {
    await mayWriteAs(author, { account, directory, what: "The address in From" });
  }
  for (const sender of sendersIn(head)) {
    if (!(await directory.findDomain(sender.domain))) continue;
    await mayWriteAs(sender, { account, directory, what: "The address in Sender" });
  }
}

const QUOTED = /(?<!\\)"(?:[^"\\]|\\.)*"/gs;

/** Every word outside of quotes that is an address: in encoded words, in comments, behind ">". */
function alsoNamed(text: string): Address[] {
  const words = text.replace(QUOTED, " ").split(/[\s<>()[\],:;"\\]+/);
  return [...new Set(words)].flatMap((word) => parseAddress(word) ?? []);
}

function sendersIn({ bytes, header }: Head): Address[] {
  const senders = fieldsNamed(header, "Sender").flatMap((field) => {
    const text = fieldText(bytes, field);
    const listed = mailboxesOf(parseAddressList(text).addresses);
    return [...listed.flatMap(({ address }) => parseAddress(address) ?? []), ...alsoNamed(text)];
  });
  if (senders.length > MAX_AUTHORS) throw new MailError("badMessage", "Too many senders");
  return senders;
}
