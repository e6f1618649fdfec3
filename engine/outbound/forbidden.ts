/**
 * Addresses that a DNS record of a stranger must not lead us to (SSRF): this server itself, and networks
 * that only its neighbours reach (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291).
 */
import { BlockList, isIPv6 } from "node:net";
import { final, type Finding } from "./verdict.ts";

const SMTP_PORT = 25;

/** With the standard port these are ourselves: a record that points here is a mistake or a trick. */
const ourselves = new BlockList();
ourselves.addSubnet("127.0.0.0", 8);
ourselves.addSubnet("0.0.0.0", 8);
ourselves.addAddress("::1", "ipv6");
ourselves.addAddress("::", "ipv6");
ourselves.addSubnet("::ffff:127.0.0.0", 104, "ipv6");

const neighbours = new BlockList();
for (const [network, bits] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  ["100.64.0.0", 10],
  ["224.0.0.0", 3], // multicast, reserved, broadcast
] as const) {
  neighbours.addSubnet(network, bits);
}
for (const [network, bits] of [
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  neighbours.addSubnet(network, bits, "ipv6");
}

export interface Dialled {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** Why that address is not dialled, or null. `allowPrivate`: the operator delivers inside a site. */
export function whyForbidden(
  { host, address, port }: Dialled,
  allowPrivate: boolean,
): Finding | null {
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  if (port === SMTP_PORT && ourselves.check(address, family)) {
    return final("5.4.6", `${host} has the address of this server`, 554);
  }
  if (!allowPrivate && neighbours.check(address, family)) {
    return final("5.4.4", `${host} has an address that is not public`);
  }
  return null;
}
