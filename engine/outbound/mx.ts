/**
 * Which hosts take mail for a domain: RFC 5321 §5.1, null MX RFC 7505.
 *
 * MX by preference, equal ones shuffled; without MX the domain itself (implicit MX); an address literal is
 * its own host. If one of our names is among them, it and everything behind it is left out, or mail would
 * go in circles. What DNS cannot say is temporary; what it denies is final.
 */
import { isIP } from "node:net";
import type { DnsAnswer, MxRecord, Resolver } from "../../lib/mail/ports.ts";

export interface MailHost {
  /** A host name, or the literal "[192.0.2.1]". */
  readonly name: string;
  readonly preference: number;
}

/** Why there is nobody to talk to. */
export interface NoRoute {
  readonly kind: "none";
  readonly outcome: "failed" | "deferred";
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
}

export interface MailHosts {
  readonly kind: "hosts";
  readonly hosts: readonly MailHost[];
  /** The answer that named the hosts was vouched for by DNSSEC. */
  readonly authenticated: boolean;
}

export interface LookupOptions {
  /** Our own host names, lower case. */
  readonly ownNames?: readonly string[];
  readonly random?: () => number;
  readonly signal?: AbortSignal;
}

/** A domain with more hosts than this gets the first ones: each costs time. */
const MAX_HOSTS = 10;

export async function lookupMx(
  resolver: Resolver,
  domain: string,
  { ownNames = [], random = Math.random, signal }: LookupOptions = {},
): Promise<MailHosts | NoRoute> {
  if (domain.startsWith("[")) return literalHost(domain);
  const answer = await resolver.query(domain, "MX", signal);
  if (answer.rcode === "NXDOMAIN") return failed(550, "5.1.2", `No such domain: ${domain}`);
  if (answer.rcode !== "NOERROR") return cannotSay(domain, answer);
  if (answer.records.length === 0) return implicitMx(resolver, domain, { ownNames, signal });

  const named = answer.records.filter(({ exchange }) => exchange !== ".");
  if (named.length === 0) return failed(556, "5.1.10", `${domain} does not accept mail (null MX)`);
  const outside = beforeOurselves(named, ownNames);
  if (outside.length === 0) return loop(domain);
  const hosts = shuffleTies(outside, random).map(({ exchange, preference }) => ({
    name: exchange,
    preference,
  }));
  return { kind: "hosts", hosts: hosts.slice(0, MAX_HOSTS), authenticated: answer.authenticated };
}

/** §5.1: no MX record, so the domain is its own host, if it has an address. */
async function implicitMx(
  resolver: Resolver,
  domain: string,
  { ownNames, signal }: { ownNames: readonly string[]; signal: AbortSignal | undefined },
): Promise<MailHosts | NoRoute> {
  const [v4, v6] = await Promise.all([
    resolver.query(domain, "A", signal),
    resolver.query(domain, "AAAA", signal),
  ]);
  if (v4.records.length + v6.records.length > 0) {
    if (ownNames.includes(domain)) return loop(domain);
    const authenticated = v4.authenticated && v6.authenticated;
    return { kind: "hosts", hosts: [{ name: domain, preference: 0 }], authenticated };
  }
  const unsure = [v4, v6].find(({ rcode }) => rcode !== "NOERROR" && rcode !== "NXDOMAIN");
  if (unsure) return cannotSay(domain, unsure);
  return failed(550, "5.4.4", `${domain} has no mail server: neither MX nor address records`);
}

/** Addresses of a host in the order to try them, families taking turns, IPv6 first (RFC 6724). */
export async function lookupAddresses(
  resolver: Resolver,
  host: string,
  signal?: AbortSignal,
): Promise<string[] | NoRoute> {
  if (host.startsWith("[")) return [literalAddress(host) ?? ""];
  const [v4, v6] = await Promise.all([
    resolver.query(host, "A", signal),
    resolver.query(host, "AAAA", signal),
  ]);
  const turns = Math.max(v4.records.length, v6.records.length);
  const mixed = Array.from({ length: turns }, (_, n) => [v6.records[n], v4.records[n]]).flat();
  const found = mixed.filter((address) => address !== undefined);
  if (found.length > 0) return found;
  const unsure = [v4, v6].find(({ rcode }) => rcode !== "NOERROR" && rcode !== "NXDOMAIN");
  if (unsure) return cannotSay(host, unsure);
  return failed(550, "5.4.4", `Mail server ${host} has no address`);
}

/** RFC 5321 §4.1.3: "[192.0.2.1]", "[IPv6:2001:db8::1]". */
function literalAddress(literal: string): string | null {
  const text = literal.slice(1, -1).replace(/^ipv6:/i, "");
  return isIP(text) === 0 ? null : text;
}

function literalHost(literal: string): MailHosts | NoRoute {
  if (literalAddress(literal) === null)
    return failed(553, "5.1.3", `Not an address literal: ${literal}`);
  return { kind: "hosts", hosts: [{ name: literal, preference: 0 }], authenticated: true };
}

/** §5.1: leave out ourselves and every host of equal or lower rank. */
function beforeOurselves(records: readonly MxRecord[], ownNames: readonly string[]): MxRecord[] {
  const own = records.filter(({ exchange }) => ownNames.includes(exchange));
  const limit = Math.min(...own.map(({ preference }) => preference));
  return records.filter(({ preference }) => preference < limit);
}

/** Sorted by preference; the order among equals is chance, so that load spreads (§5.1). */
function shuffleTies(records: readonly MxRecord[], random: () => number): MxRecord[] {
  return records
    .map((record) => ({ record, lot: random() }))
    .sort((a, b) => a.record.preference - b.record.preference || a.lot - b.lot)
    .map(({ record }) => record);
}

const failed = (code: number, enhanced: string, text: string): NoRoute => ({
  kind: "none",
  outcome: "failed",
  code,
  enhanced,
  text,
});

const loop = (domain: string) =>
  failed(554, "5.4.6", `Mail for ${domain} leads back to this server, which does not host it`);

const cannotSay = (name: string, { rcode, from }: DnsAnswer<unknown>): NoRoute => ({
  kind: "none",
  outcome: "deferred",
  code: 451,
  enhanced: "4.4.3",
  text: `DNS lookup of ${name} failed: ${rcode} from ${from}`,
});
