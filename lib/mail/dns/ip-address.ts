/** Addresses as numbers: networks (RFC 4632), the 32 digits of IPv6, one spelling, and which are public. */
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** The 32 hexadecimal digits of an IPv6 address. */
export function ipv6Digits(address: string): string {
  // The URL parser writes any form (also ::ffff:192.0.2.1) as hexadecimal groups.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => text.split(":").filter((group) => group !== "");
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const all = tail === undefined ? before : [...before, ...zeros, ...after];
  return all.map((group) => group.padStart(4, "0")).join("");
}

/** One spelling per address (RFC 5952); what is no address stays as it is. */
export function canonicalAddress(address: string): string {
  const bare = address.trim().toLowerCase();
  if (!isIPv6(bare) || bare.includes("%")) return bare;
  return new URL(`http://[${bare}]`).hostname.slice(1, -1);
}

/** Whether the address lies in that network; different families never do. */
export function isInNetwork(address: string, network: string, bits: number): boolean {
  const [a, b] = [octets(address), octets(network)];
  if (a === null || b === null || a.length !== b.length) return false;
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff;
    if (((a[bit / 8] ?? 0) & mask) !== ((b[bit / 8] ?? 0) & mask)) return false;
  }
  return true;
}

function octets(address: string): Buffer | null {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  if (!isIPv6(address) || address.includes("%")) return null;
  return Buffer.from(ipv6Digits(address), "hex");
}

/** A list of networks as "192.0.2.0/24". */
export function networkList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [base = "", bits] = network.split("/");
    list.addSubnet(base, Number(bits), isIPv6(base) ? "ipv6" : "ipv4");
  }
  return list;
}

/** Not reachable from everywhere: RFC 1918, 6598, 3927, 4193, 4291, loopback, multicast, reserved. */
const NOT_PUBLIC = networkList([
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"],
  ...["172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"],
  ...["::/127", "fc00::/7", "fe80::/10", "ff00::/8"],
]);

export function isPublicAddress(address: string): boolean {
  return !NOT_PUBLIC.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
