/**
 * The port through which checks look at DNS: every authoritative server of a zone, found by walking the
 * delegation, and a resolver beside them. Implemented in engine/dns; what it answers is never a failure
 * of ours: servers that are silent are rcode TIMEOUT.
 */
import type { DnsAnswer, Rcode, RecordType, RecordValue } from "../ports.ts";

/** "signed": a validating resolver vouches. "bogus": it answers SERVFAIL but not with CD set. */
export type ZoneSecurity = "signed" | "unsigned" | "bogus" | "unknown";

export interface ZoneServer {
  /** Lower case, no dot at the end: "ns1.example.net". */
  readonly host: string;
  /** "192.0.2.53:53"; "" when the host has no address. */
  readonly address: string;
  readonly rcode: Rcode;
  /** It answers for the zone with AA. False: lame. */
  readonly authoritative: boolean;
  readonly serial: number | null;
}

export interface UnaskedServer {
  readonly host: string;
  readonly address: string;
  /** This machine has no way there (IPv6), or it is no public address and the settings do not allow it. */
  readonly why: "noRoute" | "notPublic";
}

export interface ZoneFacts {
  /** The name that was asked about. */
  readonly domain: string;
  /** Apex of the zone that holds it (its parent's when it does not exist); null when nobody could say. */
  readonly apex: string | null;
  /**
   * Name servers by the parent's delegation, and by the zone itself. Empty when not known: parent and zone
   * may share all their servers, which then never show the delegation.
   */
  readonly parentServers: readonly string[];
  readonly ownServers: readonly string[];
  /** Empty when we reach no authority at all (port 53 filtered): the resolver alone has been asked. */
  readonly servers: readonly ZoneServer[];
  /** Addresses that were left out, which says nothing about the servers behind them. */
  readonly notAsked?: readonly UnaskedServer[];
  readonly security: ZoneSecurity;
  /** SOA minimum: how long "no" is kept (RFC 2308 §5); null when unknown. */
  readonly negativeTtl: number | null;
  /** Whether the domain exists, by the zone that holds it or that would delegate it; null: nobody said. */
  readonly exists: boolean | null;
}

/**
 * One server's answer. An authority that answers without AA is lame: nothing follows about the zone, rcode is
 * what it said when it refused, else OTHER, and `records` are empty. TTL of a "no": how long it may be kept.
 */
export interface Sight<T> extends DnsAnswer<T> {
  readonly view: "authority" | "resolver";
  /** Host name of the server, or "resolver". */
  readonly server: string;
  /** AA bit. */
  readonly authoritative: boolean;
  /** SOA serial of that server when the zone was found. */
  readonly serial: number | null;
  /** Names that CNAMEs led to, the name of the question excluded; the last one has the records. */
  readonly via: readonly string[];
  /** DNSSEC: the resolver fails, and answers when told not to check. */
  readonly bogus: boolean;
  readonly ms: number;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

export interface Look<T> {
  readonly name: string;
  /** All answers, authority first. */
  readonly sights: readonly Sight<T>[];
}

export interface Observer {
  /** Where a name's zone is served. Kept for a short while: many names share a zone. */
  zoneOf(name: string, signal?: AbortSignal): Promise<ZoneFacts>;
  /** Asks every server of the name's zone and the resolver, now. */
  look<T extends RecordType>(
    name: string,
    type: T,
    signal?: AbortSignal,
  ): Promise<Look<RecordValue[T]>>;
  /** The resolver alone, not cached: for names of others (an include of SPF). */
  ask<T extends RecordType>(
    name: string,
    type: T,
    signal?: AbortSignal,
  ): Promise<DnsAnswer<RecordValue[T]>>;
}
