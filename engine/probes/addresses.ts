/**
 * Where a host is dialled by a probe, and whether we may: records of strangers do not lead a probe into
 * private networks (engine/outbound/forbidden.ts), while this server's own addresses are what we look at.
 */
import { BlockList, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { whyForbidden } from "../outbound/forbidden.ts";
import type { ProbeContext, ProbeTarget } from "./probe.ts";

/** More addresses than this behind one name are a farm: a sample is enough. */
const MAX_ADDRESSES = 4;

/** RFC 1918, 3927, 4193, 4291, 6598 and loopback: nobody outside reaches these. */
const notPublic = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 3],
] as const)
  notPublic.addSubnet(network, bits);
for (const [network, bits] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  notPublic.addSubnet(network, bits, "ipv6");

export function isPublicAddress(address: string): boolean {
  return !notPublic.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** Public addresses of this machine's own interfaces. */
export function interfaceAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return [...new Set(all.map(({ address }) => address))].filter(
    (address) => !address.includes("%") && isPublicAddress(address),
  );
}

export type Dialable =
  | { readonly address: string; readonly why: null }
  /** Private: cannot be judged from here, and is not dialled. */
  | { readonly address: string; readonly why: "private" };

export interface HostAddresses {
  readonly addresses: readonly Dialable[];
  /** DNS did not say: neither "there are none". */
  readonly silent: boolean;
}

/** A host's addresses as a stranger resolves them. */
export async function addressesOf(
  host: string,
  port: number,
  { target, ctx }: { target: ProbeTarget; ctx: ProbeContext },
): Promise<HostAddresses> {
  const [four, six] = await Promise.all([
    ctx.observer.ask(host, "A", ctx.signal),
    ctx.observer.ask(host, "AAAA", ctx.signal),
  ]);
  const known = ({ rcode }: { rcode: string }) => rcode === "NOERROR" || rcode === "NXDOMAIN";
  const all = [...four.records, ...six.records].slice(0, MAX_ADDRESSES);
  return {
    addresses: all.map((address) => dialable(host, address, { port, target, ctx })),
    silent: all.length === 0 && !(known(four) && known(six)),
  };
}

interface Dialling {
  readonly port: number;
  readonly target: ProbeTarget;
  readonly ctx: ProbeContext;
}

function dialable(host: string, address: string, { port, target, ctx }: Dialling): Dialable {
  const { ipv4, ipv6 } = target.server;
  const ours = ipv4.includes(address) || ipv6.includes(address);
  const { deliverToPrivateNetworks: allowed } = ctx.settings;
  if (ours && (allowed || isPublicAddress(address))) return { address, why: null };
  const forbidden = whyForbidden({ host, address, port }, allowed);
  return forbidden === null ? { address, why: null } : { address, why: "private" };
}
