/** The network of an address, for people: enough to recognise a place, too little to follow somebody. */

/** "192.0.2.0/24" or "2001:db8:1:2::/64"; what is no address stays as it is. */
export function networkText(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!plain.includes(":")) {
    const parts = plain.split(".");
    return parts.length === 4 ? `${parts.slice(0, 3).join(".")}.0/24` : plain;
  }
  const [head = "", tail] = plain.toLowerCase().split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = new Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.join(":").replace(/(:0)+$/, "")}::/64`;
}
