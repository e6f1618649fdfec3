/**
 * Which resolvers we ask: DNS_SERVERS of the settings ("127.0.0.1:5353, [::1]:53"), else resolv.conf(5).
 * A server's AD bit is believed when the settings say so, or when it is on loopback: nobody between.
 */
import { readFileSync } from "node:fs";
import { BlockList, isIP, isIPv6 } from "node:net";

export interface DnsServer {
  readonly address: string;
  readonly port: number;
  readonly trusted: boolean;
}

const DNS_PORT = 53;
/** resolv.conf(5) MAXNS. */
const MAX_SERVERS = 3;

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** Throws on what is not an IP address with an optional port: a setting must not fail quietly. */
export function parseServer(text: string, trusted: boolean | null = null): DnsServer {
  const match = /^(?:\[([^\]]+)\](?::(\d+))?|([^:]+)(?::(\d+))?|([0-9a-f:.]+))$/i.exec(text.trim());
  const address = match?.[1] ?? match?.[3] ?? match?.[5] ?? "";
  const port = Number(match?.[2] ?? match?.[4] ?? DNS_PORT);
  if (isIP(address) === 0 || port < 1 || port > 65535) {
    throw new Error(`Not a DNS server address: ${JSON.stringify(text)}`);
  }
  const local = loopback.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  return { address, port, trusted: trusted ?? local };
}

/** As people write it: "192.0.2.53:53", "[2001:db8::53]:53". */
export const serverText = ({ address, port }: Pick<DnsServer, "address" | "port">) =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** The servers of resolv.conf; the local one when there is no such file or line. */
export function systemServers(path = "/etc/resolv.conf"): string[] {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    // no file: the default of resolv.conf(5) below
  }
  const found = [...text.matchAll(/^\s*nameserver\s+([0-9a-f:.]+)\s*$/gim)].map(
    ([, ip]) => ip ?? "",
  );
  const usable = found.filter((ip) => isIP(ip) !== 0).slice(0, MAX_SERVERS);
  return usable.length > 0 ? usable : ["127.0.0.1"];
}
