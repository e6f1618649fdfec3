/**
 * The servers of one zone, each asked for its SOA (RFC 1035 §3.3.13): who speaks for the zone, with which
 * serial, and who is lame, silent, or without an address. Servers of the parent's delegation and of the
 * zone's own NS set alike.
 */
import type { UnaskedServer, ZoneServer } from "../../lib/mail/dns/observer.ts";
import { isRecord, negativeTtl, rcodeOf, ttlOf } from "./answer.ts";
import type { Authority, Reply } from "./authority.ts";
import type { Delegation } from "./delegation.ts";
import { readOwnNs, type Cut } from "./referral.ts";
import { readRdata, TYPE_NUMBERS } from "./rdata.ts";
import { serverText } from "./servers.ts";
import { readable, type DnsMessage } from "./wire.ts";

export interface KnownServer extends ZoneServer {
  /** Without port; "" when the host has none. */
  readonly ip: string;
}

export interface ZoneServers {
  readonly cut: Cut;
  readonly ownServers: readonly string[];
  readonly servers: readonly KnownServer[];
  readonly notAsked: readonly UnaskedServer[];
  readonly negativeTtl: number | null;
  /** The budget was enough to ask everybody. */
  readonly complete: boolean;
}

/** Per zone: both families of ten servers. A stranger's zone may name a thousand. */
const MAX_ADDRESSES = 20;

interface Parts {
  readonly authority: Authority;
  readonly delegation: Delegation;
}

interface Asked {
  readonly host: string;
  readonly ip: string;
  readonly reply: Reply;
}

export async function askZoneServers(
  { authority, delegation }: Parts,
  cut: Cut,
  signal: AbortSignal,
): Promise<ZoneServers> {
  let left = MAX_ADDRESSES;
  const askHosts = async (of: Cut, hosts: readonly string[]): Promise<Found[]> => {
    const found = hosts.map(async (host): Promise<Found[]> => {
      const { addresses, rcode } = await delegation.addressesOf(of, host, signal);
      if (addresses.length === 0) return [addressless(host, rcode)];
      const asked = addresses
        .filter(() => left-- > 0)
        .map(async (ip) => {
          const question = { name: cut.zone, type: "SOA" } as const;
          return { host, ip, reply: await authority.ask(ip, question, { signal }) };
        });
      return (await Promise.all(asked)).map((one) => read(one, cut.zone, authority.port));
    });
    return (await Promise.all(found)).flat();
  };
  const first = await askHosts(cut, cut.hosts);
  const speaking = first.find(({ server }) => server?.authoritative)?.server;
  const own = speaking ? await askOwnNs(authority, { cut, ip: speaking.ip }, signal) : null;
  const more = own?.hosts.filter((host) => !cut.hosts.includes(host)) ?? [];
  const all = [...first, ...(own ? await askHosts(own, more) : [])];
  return {
    cut,
    ownServers: own?.hosts ?? [],
    servers: all.flatMap(({ server }) => server ?? []),
    notAsked: all.flatMap(({ unasked }) => unasked ?? []),
    complete: !signal.aborted,
    negativeTtl: all.find(({ soa }) => soa)?.soa?.negativeTtl ?? null,
  };
}

interface Found {
  readonly server?: KnownServer;
  readonly unasked?: UnaskedServer;
  readonly soa?: { readonly serial: number; readonly negativeTtl: number };
}

const addressless = (host: string, rcode: KnownServer["rcode"]): Found => ({
  server: { host, address: "", ip: "", rcode, authoritative: false, serial: null },
});

function read({ host, ip, reply }: Asked, zone: string, port: number): Found {
  const address = serverText({ address: ip, port });
  if (reply.kind === "noRoute" || reply.kind === "notPublic") {
    return { unasked: { host, address, why: reply.kind } };
  }
  if (reply.kind === "gaveUp") return {};
  const base = { host, address, ip };
  if (reply.kind === "silent") {
    return { server: { ...base, rcode: "TIMEOUT", authoritative: false, serial: null } };
  }
  const { message } = reply;
  const soa = readSoa(message, zone);
  const authoritative = message.authoritative && message.rcode === 0;
  const rcode = rcodeOf(message);
  const server = { ...base, rcode, authoritative, serial: soa?.serial ?? null };
  return soa && authoritative ? { server, soa } : { server };
}

function readSoa(message: DnsMessage, zone: string) {
  const record = message.answers.find((one) => isRecord(one, zone, TYPE_NUMBERS.SOA));
  const soa = record && readable(() => readRdata("SOA", record.open()));
  return soa
    ? { serial: soa.serial, negativeTtl: negativeTtl({ ttl: ttlOf(record), minimum: soa.minimum }) }
    : null;
}

/** The zone's own NS set, by one server that speaks for it. */
async function askOwnNs(
  authority: Authority,
  { cut: { zone }, ip }: { cut: Cut; ip: string },
  signal: AbortSignal,
): Promise<Cut | null> {
  const reply = await authority.ask(ip, { name: zone, type: "NS" }, { signal });
  return reply.kind === "answer" ? readOwnNs(reply.message, { owner: zone, zone }) : null;
}
