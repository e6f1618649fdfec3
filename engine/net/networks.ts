/**
 * Addresses that are not for everybody: this machine itself, and networks that only its neighbours reach
 * (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291). Whoever dials what a stranger's record names asks here
 * first (SSRF).
 */
import { BlockList, isIPv6 } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addSubnet("0.0.0.0", 8);
loopback.addAddress("::1", "ipv6");
loopback.addAddress("::", "ipv6");
loopback.addSubnet("::ffff:127.0.0.0", 104, "ipv6");

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

const within = (list: BlockList, address: string) =>
  list.check(address, isIPv6(address) ? "ipv6" : "ipv4");

/** This machine, whatever its name. */
export const isLoopback = (address: string) => within(loopback, address);

/** A network that is private, shared, link-local or not unicast. */
export const isPrivateNetwork = (address: string) => within(neighbours, address);
