/**
 * The port `Observer` over a plain zone object: authoritative servers that agree unless told otherwise, and a
 * resolver. CNAMEs are followed, "*." answers for what does not exist; nothing waits for a network.
 */
import type { Look, Observer, Sight, ZoneFacts } from "../../lib/mail/dns/observer.ts";
import type { DnsAnswer, Rcode, RecordType, RecordValue } from "../../lib/mail/ports.ts";
import type { Zone } from "./dns-server.ts";

export interface MemoryServer {
  readonly host: string;
  /** What this one says instead. */
  readonly zone?: Zone;
  readonly serial?: number;
  readonly rcode?: Rcode;
}

export interface MemoryDns {
  zone: Zone;
  /** What the resolver says instead, and how long it keeps it. */
  resolver?: Zone | Rcode;
  servers?: readonly MemoryServer[];
  /** Zones; a name belongs to the longest one above it. By default the last two labels. */
  apexes?: readonly string[];
  facts?: Partial<ZoneFacts>;
  /** What happens instead of an answer, by name, everywhere. */
  failures?: Readonly<Record<string, Rcode>>;
  /** Names whose signatures are broken, and all below. */
  bogus?: readonly string[];
  ttl?: number;
  /** "name TYPE", in order. */
  asked?: string[];
  /** Names whose authorities were all asked. */
  looked?: string[];
}

const ANSWERED_AT = Date.UTC(2026, 10, 25, 12);

const TWO = [{ host: "ns1.dns.example" }, { host: "ns2.dns.example" }] as const;

export function memoryObserver(dns: MemoryDns): Observer {
  const say = <T extends RecordType>(zone: Zone, name: string, type: T) => {
    dns.asked?.push(`${name} ${type}`);
    const rcode = dns.failures?.[name] ?? dns.failures?.[`${name} ${type}`];
    return rcode === undefined ? find(zone, name, type) : { rcode, records: [], via: [] };
  };
  const isBogus = (name: string) =>
    (dns.bogus ?? []).some((apex) => name === apex || name.endsWith(`.${apex}`));

  const resolve = <T extends RecordType>(name: string, type: T): Sight<RecordValue[T]> => {
    const { resolver = dns.zone } = dns;
    const found =
      typeof resolver === "string"
        ? { rcode: resolver, records: [], via: [] }
        : say(resolver, name, type);
    const bogus = isBogus(name);
    return {
      ...found,
      ...(bogus && ({ rcode: "SERVFAIL", records: [] } as const)),
      ...{ view: "resolver", server: "resolver", authoritative: false, serial: null, bogus, ms: 1 },
      ...{
        authenticated: dns.facts?.security === "signed",
        ttl: dns.ttl ?? 300,
        from: "127.0.0.1:53",
        at: ANSWERED_AT,
      },
    };
  };

  return {
    zoneOf: async (name) => zoneOf(dns, name),
    look: async <T extends RecordType>(name: string, type: T): Promise<Look<RecordValue[T]>> => {
      dns.looked?.push(name);
      const sights = (dns.servers ?? TWO).map((server, at): Sight<RecordValue[T]> => {
        const own: MemoryServer = server;
        const found =
          own.rcode === undefined
            ? say(own.zone ?? dns.zone, name, type)
            : { rcode: own.rcode, records: [], via: [] };
        return {
          ...found,
          ...{
            view: "authority",
            server: own.host,
            from: `192.0.2.5${at}:53`,
            ttl: dns.ttl ?? 300,
          },
          ...{
            authoritative: true,
            serial: own.serial ?? 1,
            authenticated: false,
            bogus: false,
            ms: 1,
            at: ANSWERED_AT,
          },
        };
      });
      return { name, sights: [...sights, resolve(name, type)] };
    },
    ask: async <T extends RecordType>(name: string, type: T): Promise<DnsAnswer<RecordValue[T]>> =>
      resolve(name, type),
  };
}

interface Found<T> {
  readonly rcode: Rcode;
  readonly records: readonly T[];
  readonly via: readonly string[];
}

function find<T extends RecordType>(zone: Zone, start: string, type: T): Found<RecordValue[T]> {
  const via: string[] = [];
  for (let name = start; via.length < 10;) {
    const node = zone[name] ?? wildcard(zone, name);
    const alias = node?.CNAME?.[0];
    const records: readonly RecordValue[T][] = node?.[type] ?? [];
    if (alias !== undefined && type !== "CNAME" && records.length === 0) {
      via.push(alias);
      name = alias;
      continue;
    }
    const exists = node !== undefined || Object.keys(zone).some((key) => key.endsWith(`.${name}`));
    return { rcode: exists ? "NOERROR" : "NXDOMAIN", records, via };
  }
  return { rcode: "SERVFAIL", records: [], via };
}

/** RFC 4592: the closest name that exists decides which wildcard may answer. */
function wildcard(zone: Zone, name: string) {
  for (let above = name; above.includes(".");) {
    above = above.slice(above.indexOf(".") + 1);
    const exists = Object.keys(zone).some((key) => key === above || key.endsWith(`.${above}`));
    if (exists) return zone[`*.${above}`];
  }
  return undefined;
}

function zoneOf(dns: MemoryDns, name: string): ZoneFacts {
  const labels = name.split(".");
  const known = [...(dns.apexes ?? [])].sort((a, b) => b.length - a.length);
  const apex =
    known.find((zone) => name === zone || name.endsWith(`.${zone}`)) ?? labels.slice(-2).join(".");
  const servers: readonly MemoryServer[] = dns.servers ?? TWO;
  const hosts = servers.map(({ host }) => host);
  return {
    domain: name,
    apex,
    parentServers: hosts,
    ownServers: hosts,
    servers: servers.map(({ host, rcode = "NOERROR", serial = 1 }, at) => ({
      ...{ host, rcode, address: `192.0.2.5${at}:53` },
      ...{ authoritative: rcode === "NOERROR", serial: rcode === "NOERROR" ? serial : null },
    })),
    security: "unsigned",
    negativeTtl: 300,
    exists: true,
    ...dns.facts,
  };
}
