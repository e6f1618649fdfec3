/**
 * Writing a question: RFC 1035 §4.1, EDNS with 1232 octets (RFC 9715 §3.2: no fragments), DO and AD when the
 * answer's AD bit will be believed (RFC 6840 §5.7).
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

export function encodeQuery({ name, type }: Question, id: number, wantsAd: boolean): Buffer {
  return dnsPacket.encode({
    id,
    type: "query",
    flags: dnsPacket.RECURSION_DESIRED | (wantsAd ? dnsPacket.AUTHENTIC_DATA : 0),
    questions: [{ name, type, class: "IN" }],
    additionals: [
      {
        type: "OPT",
        name: ".",
        udpPayloadSize: UDP_PAYLOAD,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: wantsAd ? dnsPacket.DNSSEC_OK : 0,
        flag_do: wantsAd,
        options: [],
      },
    ],
  });
}
