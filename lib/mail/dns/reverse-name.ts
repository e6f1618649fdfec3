/** The name of an address in the reverse zone: RFC 1035 §3.5 and RFC 3596 §2.5. */
import { isIPv6 } from "node:net";
import { ipv6Digits } from "./ip-address.ts";

export function reverseName(address: string): string {
  if (!isIPv6(address)) return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  return `${ipv6Digits(address).split("").reverse().join(".")}.ip6.arpa`;
}
