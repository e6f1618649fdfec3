/**
 * Writing a question: RFC 1035 §4.1, EDNS with 1232 octets (RFC 9715 §3.2: no fragments), and what is wanted of
 * the server: RD of a resolver, not of an authority; DO and AD when the answer's AD bit will be believed
 * (RFC 6840 §5.7); CD when it shall not validate (RFC 4035 §3.2.2).
 */
import { domainToASCII } from "node:url";
import * as dnsPacket from "dns-packet";
import type { RecordType } from "../../lib/mail/ports.ts";

export interface Question {
  /** Lower case, A-labels, no trailing dot. */
  readonly name: string;
  readonly type: RecordType;
}

const UDP_PAYLOAD = 1232;

/** The name as we ask for it, or null when no such name can exist (RFC 1035 §2.3.4). */
export function queryName(name: string): string | null {
  const bare = name.replace(/\.$/, "").toLowerCase();
  const ascii = /^[\x21-\x7e]+$/.test(bare) ? bare : domainToASCII(bare);
  const labels = ascii.split(".");
  const fits = labels.every((label) => label.length > 0 && label.length < 64);
  return fits && ascii.length <= 253 && !ascii.includes("\\") ? ascii : null;
}

export interface QueryFlags {
  /** RD: the server shall find the answer. */
  readonly recursion: boolean;
  /** DO and AD: it shall say whether it has validated the answer. */
  readonly dnssec: boolean;
  /** CD: it shall answer even what it could not validate. */
  readonly unchecked: boolean;
}

/** Of an authority: what it has itself, without signatures. */
export const AUTHORITY_FLAGS: QueryFlags = { recursion: false, dnssec: false, unchecked: false };

/** `edns: false` for servers that are older than RFC 2671. */
export function encodeQuery(
  { name, type }: Question,
  { recursion, dnssec, unchecked }: QueryFlags,
  { id, edns }: { id: number; edns: boolean },
): Buffer {
  const flags =
    (recursion ? dnsPacket.RECURSION_DESIRED : 0) |
    (dnssec ? dnsPacket.AUTHENTIC_DATA : 0) |
    (unchecked ? dnsPacket.CHECKING_DISABLED : 0);
  return dnsPacket.encode({
    ...{ id, type: "query", flags },
    questions: [{ name, type, class: "IN" }],
    additionals: edns ? [optRecord(dnssec)] : [],
  });
}

const optRecord = (dnssec: boolean): dnsPacket.OptAnswer => ({
  ...{ type: "OPT", name: ".", udpPayloadSize: UDP_PAYLOAD, extendedRcode: 0, ednsVersion: 0 },
  flags: dnssec ? dnsPacket.DNSSEC_OK : 0,
  flag_do: dnssec,
  options: [],
});
