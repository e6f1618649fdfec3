/**
 * The one Received field that we add: RFC 5321 §4.4, protocol names of RFC 3848 and RFC 6531 §4.3, the
 * TLS clause of RFC 8314 §4.3. Its id is the trace id.
 */
import { isIPv6 } from "node:net";
import { formatDate } from "../../lib/codec/mime/date.ts";
import { formatField } from "../../lib/codec/mime/header-writer.ts";
import { formatAddress, type Address } from "../../lib/mail/address.ts";
import type { TlsFacts } from "../net/types.ts";

export interface ReceivedFacts {
  readonly helo: string;
  readonly remoteAddress: string;
  readonly hostname: string;
  readonly extended: boolean;
  readonly tls: TlsFacts | null;
  readonly authenticated: boolean;
  readonly smtputf8: boolean;
  readonly id: string;
  /** Only when it is the only one: the others' addresses are nobody's business (§7.2). */
  readonly onlyRecipient: Address | null;
  readonly at: Date;
}

export function receivedField(facts: ReceivedFacts): string {
  const { helo, remoteAddress, hostname, id, onlyRecipient, tls, at } = facts;
  const literal = isIPv6(remoteAddress) ? `[IPv6:${remoteAddress}]` : `[${remoteAddress}]`;
  const clauses = [
    `from ${helo} (${literal})`,
    `by ${hostname}`,
    `with ${protocolName(facts)}${tls ? ` (${tls.protocol})` : ""}`,
    `id ${id}`,
    ...(onlyRecipient ? [`for <${formatAddress(onlyRecipient)}>`] : []),
    ...(tls ? [`tls ${tls.cipher}`] : []),
  ];
  return formatField("Received", `${clauses.join(" ")}; ${formatDate(at)}`);
}

/** "ESMTPSA" and its like. */
export function protocolName(
  facts: Pick<ReceivedFacts, "extended" | "tls" | "authenticated" | "smtputf8">,
): string {
  if (!facts.extended) return "SMTP";
  const base = facts.smtputf8 ? "UTF8SMTP" : "ESMTP";
  return `${base}${facts.tls ? "S" : ""}${facts.authenticated ? "A" : ""}`;
}
