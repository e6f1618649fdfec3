/**
 * Which DNS host a domain is at, by the names of its servers, and how its panel wants a record's name.
 * Without a match nothing is claimed: people then get the general advice that most panels add the domain.
 */
import { DNS_HOSTS, type DnsHost, type HostTrap } from "./dns-hosts.ts";
import type { ZoneFacts } from "./observer.ts";
import type { ExpectedRecord } from "./record.ts";
import { isWithin } from "./record-sets.ts";

export type { DnsHost, FormWords, HostTrap } from "./dns-hosts.ts";

export interface DetectedHost {
  /** Null: servers that we do not know. */
  readonly host: DnsHost | null;
  /** Others that serve the zone too: a change has to be made at each, or they take it from each other. */
  readonly others: readonly DnsHost[];
}

/** `servers`: as the parent or the zone names them (lib/mail/dns/observer.ts `ZoneFacts`). */
export function detectDnsHost(servers: readonly string[]): DetectedHost {
  const names = servers.map((server) => server.toLowerCase().replace(/\.$/, ""));
  const found = DNS_HOSTS.filter((host) =>
    names.some((name) => host.servers.some((pattern) => pattern.test(name))),
  );
  const [host = null, ...others] = found;
  return { host, others };
}

/** Somebody chose: none of those that we know. */
export const OTHER_HOST = "other";

/** Where the records are entered: what somebody chose, else by the names of the servers. */
export function hostOf(chosen: string | null, servers: readonly string[]): DnsHost | null {
  if (chosen === OTHER_HOST) return null;
  return (chosen && findDnsHost(chosen)) || detectDnsHost(servers).host;
}

export const findDnsHost = (id: string): DnsHost | null =>
  DNS_HOSTS.find((host) => host.id === id) ?? null;

/**
 * A record's name as this host's form wants it; `zone` is what is entered at the host, mostly the domain.
 * A name outside of the zone stays whole: it is entered somewhere else.
 */
export function nameForHost(host: DnsHost | null, name: string, zone: string): string {
  if (host?.nameField === "full" || !isWithin(name, zone)) return name;
  if (name === zone) return host?.apex ?? "@";
  return name.slice(0, -zone.length - 1);
}

/** RFC 1035 §3.3: what one string of TXT holds. */
const ONE_STRING = 255;

type Entered = Pick<ExpectedRecord, "kind" | "text" | "ttl"> & { readonly type: string };

/** What goes wrong at this host with this record; the rest of its traps lie elsewhere. */
export function trapsFor(host: DnsHost | null, { kind, type, text, ttl }: Entered): HostTrap[] {
  const concerns: Readonly<Record<HostTrap, boolean>> = {
    proxy: type === "CNAME" || type === "A" || type === "AAAA",
    quotes: type === "TXT",
    chunks: type === "TXT" && text.length > ONE_STRING,
    finalDot: type === "CNAME" || type === "MX" || type === "SRV",
    mailSection: type === "MX",
    minTtl: ttl < MIN_TTL,
    oneSpf: kind === "spf",
    sharedNames: true,
  };
  return (host?.traps ?? []).filter((trap) => concerns[trap]);
}

/** Of the hosts that have one: an hour. */
const MIN_TTL = 3_600;

type Found = Pick<ZoneFacts, "apex" | "exists" | "parentServers" | "ownServers">;

/** By the parent's delegation; by the zone itself where parent and zone share their servers. */
export function namedServers(zone: Found | null): readonly string[] {
  if (zone === null) return [];
  return zone.parentServers.length > 0 ? zone.parentServers : zone.ownServers;
}

/**
 * The zone in which a domain's records are entered: mostly its own, for "mail.example.com" that of "example.com".
 * Where the domain does not exist yet, the zone above may be a registry's, whose servers are no DNS host's: then
 * it is going to have a zone of its own.
 */
export function zoneToEnter(domain: string, zone: Found | null): string {
  const apex = zone?.apex ?? null;
  if (zone === null || apex === null || !apex.includes(".") || !isWithin(domain, apex))
    return domain;
  const isSomebodys = zone.exists !== false || detectDnsHost(namedServers(zone)).host !== null;
  return isSomebodys ? apex : domain;
}

export interface EnteredDomain {
  readonly name: string;
  /** As `hostOf` takes it. */
  readonly dnsHost: string | null;
}

export interface EntryNames {
  /** The zone in which the names are entered. */
  readonly zone: string;
  /** How the host's form wants them; "relative" where we do not know. */
  readonly usual: "full" | "relative";
  /** A name below the zone, in the host's own way: for pages that show both. */
  readonly short: (name: string) => string;
  /** As the host's form wants it. */
  readonly entered: (name: string) => string;
}

/** How names are entered where a domain's records go: every page that shows them asks here. */
export function entryNames({ name, dnsHost }: EnteredDomain, facts: Found | null): EntryNames {
  const host = hostOf(dnsHost, namedServers(facts));
  const zone = zoneToEnter(name, facts);
  const isFull = host?.nameField === "full";
  return {
    zone,
    usual: isFull ? "full" : "relative",
    short: (name) => nameForHost(isFull ? null : host, name, zone),
    entered: (name) => nameForHost(host, name, zone),
  };
}
