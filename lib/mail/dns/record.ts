/**
 * An expected DNS record: what it says, what it is for, and how much depends on it. The page, the
 * zone file, the API, the checker and the test zone all read this one form.
 *
 * Values have the shapes in which the resolver answers (lib/mail/ports.ts), so that the checker
 * compares like with like. Texts for people are keys of lib/i18n/dns-records.ts.
 */
import type { RecordValue } from "../ports.ts";
import { plainValue } from "./rdata.ts";

/** The five questions that a domain answers: each record belongs to one. */
export type Group = "receive" | "send" | "protect" | "encrypt" | "devices";

/** In the order in which a person works through them. */
export const GROUPS: readonly Group[] = ["receive", "send", "protect", "encrypt", "devices"];

export type Need = "required-receive" | "required-send" | "recommended" | "optional";

/** What a record is, whatever its name: each kind has its own texts and its own check. */
export type RecordKind =
  | "mx"
  | "spf"
  | "dkim"
  | "dkimTarget"
  | "dmarc"
  | "dmarcReports"
  | "mtaStsHost"
  | "mtaStsPolicy"
  | "tlsReports"
  | "service"
  | "serviceOff"
  | "autoconfig"
  | "autodiscover"
  | "autodiscoverService"
  | "bimi"
  | "hostAddress"
  | "hostPointer"
  | "hostSpf"
  | "hostTlsReports"
  | "hostTlsa"
  | "hostCaa";

type PublishedType = "A" | "AAAA" | "MX" | "TXT" | "CNAME" | "PTR" | "TLSA" | "SRV" | "CAA";

/** A value with its type, for example {type: "MX", value: {preference: 10, exchange: "mail.…"}}. */
export type RecordData = {
  [T in PublishedType]: { readonly type: T; readonly value: RecordValue[T] };
}[PublishedType];

/**
 * Whose zone it goes to: the domain's; the host's, once for the whole server; that of another
 * domain, whose owner has to agree; or the reverse zone, which the provider of the address keeps.
 */
export type Scope = "domain" | "host" | "elsewhere" | "reverse";

export interface ExpectedRecord {
  /** Stable, unique among the records of a domain and its server: "mx", "dkim:ph2611r". */
  readonly id: string;
  readonly kind: RecordKind;
  readonly scope: Scope;
  readonly group: Group;
  readonly need: Need;
  /** In full, without the dot at the end. */
  readonly name: string;
  /** As DNS hosts want it that add the domain themselves: "@", "_dmarc"; in full with a dot elsewhere. */
  readonly relativeName: string;
  readonly ttl: number;
  readonly data: RecordData;
  /** The value as people paste it: no quotes, no dot at the end. MX and SRV with all their numbers. */
  readonly text: string;
  /** Addresses that serve as well as a CNAME here: the same host reached another way. */
  readonly orAddresses: readonly string[];
  /** A text that serves as well as the CNAME: the key itself, where an alias to it is expected. */
  readonly orText: string | null;
  readonly titleKey: `dns.${RecordKind}.title`;
  readonly purposeKey: `dns.${RecordKind}.purpose`;
  /** What has to be true for this record to count as correct. */
  readonly passKey: `dns.${RecordKind}.pass`;
}

/**
 * An hour: long enough to spare the name servers, short enough that a mistake is mended within one.
 */
const DEFAULT_TTL = 3600;

interface NewRecord {
  readonly id?: string;
  readonly kind: RecordKind;
  readonly scope?: Scope;
  readonly group: Group;
  readonly need: Need;
  readonly name: string;
  readonly data: RecordData;
  readonly orAddresses?: readonly string[];
  readonly orText?: string;
}

/** Fills in what follows from the rest. `origin` is the domain whose zone the reader has before him. */
export function expected(origin: string, record: NewRecord): ExpectedRecord {
  const { id, kind, scope = "domain", group, need, name, data, orAddresses = [] } = record;
  return {
    ...{ id: id ?? kind, kind, scope, group, need, name, data, orAddresses },
    orText: record.orText ?? null,
    relativeName: relativeTo(origin, name),
    ttl: DEFAULT_TTL,
    text: plainValue(data),
    titleKey: `dns.${kind}.title`,
    purposeKey: `dns.${kind}.purpose`,
    passKey: `dns.${kind}.pass`,
  };
}

/** "@", "_dmarc" or, outside of the origin, the full name with its dot. */
export function relativeTo(origin: string, name: string): string {
  if (name === origin) return "@";
  return name.endsWith(`.${origin}`) ? name.slice(0, -origin.length - 1) : `${name}.`;
}
