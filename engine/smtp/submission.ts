/**
 * Mail of our users, ports 587 and 465: RFC 6409.
 *
 * From must be theirs. Message-ID and Date are added when missing (§8), Bcc is taken out (RFC 5322
 * §3.6.3), what leaves is signed with the keys of the sender's domain.
 */
import { mailboxesOf, parseAddressList } from "../../lib/codec/mime/address.ts";
import { fieldsNamed, headerText } from "../../lib/codec/mime/header.ts";
import { formatDate } from "../../lib/codec/mime/date.ts";
import { formatField } from "../../lib/codec/mime/header-writer.ts";
import { parseAddress } from "../../lib/mail/address.ts";
import type { Account, ByteSource, DkimSigner } from "../../lib/mail/ports.ts";
import { signMessage } from "../outbound/sign.ts";
import type { Incoming, Prepared } from "./accept.ts";
import type { Head } from "./head.ts";
import { senderOwned } from "./hooks/sender-owned.ts";
import { isOurs } from "./inbound.ts";

export async function prepareSubmission(
  { head, session, transaction }: Incoming,
  account: Account,
): Promise<Prepared> {
  const { directory, settings, clock } = session.ctx;
  await senderOwned(head, account, directory);
  const domain = fromDomain(head);
  const leaves = transaction.recipients.some(({ elsewhere }) => elsewhere.length > 0);
  const signers = leaves ? await directory.dkimSigners(domain) : [];
  return {
    above: "",
    below: missingFields(head, { id: transaction.id, domain, now: clock.now() }),
    drop: (name, value) =>
      name.toLowerCase() === "bcc" || isOurs(name, value, settings.mailHostname),
    folder: "INBOX",
    keywords: [],
    sign: (source: ByteSource) => signMessage(source, domain, directory),
    senderKnown: true,
    text: `Submitted by ${account.address}${leaves ? signedBy(domain, signers) : ""}`,
    detail: {
      account: account.address,
      recipients: transaction.recipients.length,
      ...(leaves && { signers: signers.map(({ selector }) => selector) }),
    },
  };
}

/** Unsigned mail goes out: refusing it would punish a domain for a DNS host that takes its time. */
function signedBy(domain: string, signers: readonly DkimSigner[]): string {
  if (signers.length === 0) return `; unsigned: no signing key of ${domain} is visible in DNS`;
  return `; signed by ${signers.map(({ selector }) => selector).join(", ")}`;
}

/** The domain that DMARC will look at; senderOwned has seen that there is one. */
function fromDomain({ bytes, header }: Head): string {
  const { addresses } = parseAddressList(headerText(bytes, header, "From") ?? "");
  const [first] = mailboxesOf(addresses);
  return parseAddress(first?.address ?? "")?.domain ?? "";
}

function missingFields(head: Head, facts: { id: string; domain: string; now: Date }): string {
  const lacks = (name: string) => fieldsNamed(head.header, name).length === 0;
  const id = lacks("Message-ID") ? formatField("Message-ID", `<${facts.id}@${facts.domain}>`) : "";
  return id + (lacks("Date") ? formatField("Date", formatDate(facts.now)) : "");
}
