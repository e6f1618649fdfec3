/** IP addresses as text: one spelling, loopback, and the network that one customer of a provider holds. */

/** Without zone id; IPv4-mapped IPv6 (RFC 4291 §2.5.5.2) as IPv4. Expects what the kernel prints. */
export function canonicalIp(address: string): string {
  const plain = address.split("%", 1)[0] ?? "";
  const lower = plain.toLowerCase();
  return lower.startsWith("::ffff:") && lower.includes(".") ? lower.slice(7) : lower;
}

export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/**
 * What limits count by: an IPv4 address, or the /64 of an IPv6 one, because a single host owns all of
 * its /64 and could else change address for every attempt.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = new Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return `${[...left, ...zeros, ...right].slice(0, 4).join(":")}::/64`;
}
