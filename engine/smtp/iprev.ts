/**
 * Does the name of the sending server lead back to its address: RFC 8601 §2.7.3 and §3.
 * At most MAX_NAMES names are asked for, as many as SPF's "ptr" may (RFC 7208 §4.6.4).
 */
import { isIPv6 } from "node:net";
import type { Resolver } from "../../lib/mail/ports.ts";

const MAX_NAMES = 10;

export interface Iprev {
  readonly result: "pass" | "fail" | "temperror" | "permerror";
  /** The name that was confirmed. */
  readonly name: string | null;
}

export async function checkIprev(
  address: string,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<Iprev> {
  const names = await resolver.query(reverseName(address), "PTR", signal);
  if (!decided(names.rcode)) return { result: "temperror", name: null };
  if (names.records.length === 0) return { result: "permerror", name: null };
  const type = isIPv6(address) ? "AAAA" : "A";
  let unsure = false;
  for (const name of names.records.slice(0, MAX_NAMES)) {
    const addresses = await resolver.query(name, type, signal);
    unsure ||= !decided(addresses.rcode);
    if (addresses.records.some((found) => reverseName(found) === reverseName(address))) {
      return { result: "pass", name };
    }
  }
  return { result: unsure ? "temperror" : "fail", name: null };
}

const decided = (rcode: string) => rcode === "NOERROR" || rcode === "NXDOMAIN";

/** "4.3.2.1.in-addr.arpa", or nibbles under ip6.arpa (RFC 3596 §2.5). */
export function reverseName(address: string): string {
  if (!isIPv6(address)) return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  const [left = "", right] = address.split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right ? right.split(":") : [];
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  const groups = right === undefined ? head : [...head, ...zeros, ...tail];
  const nibbles = groups.map((group) => group.padStart(4, "0")).join("");
  return `${[...nibbles].reverse().join(".")}.ip6.arpa`;
}
