/**
 * What looking at one record, or one thing beyond records, came to. The page, the API, the command line,
 * alarms and mails all read this one form; texts for people are keys of lib/i18n with parameters.
 *
 * A check that was just made says what is there now (`CheckResult`, one of the observed verdicts). What
 * the past adds ("not seen yet", "changed", "accepted as is") is added by lib/mail/dns/history.ts.
 */
import type { Rcode } from "../ports.ts";
import type { Group, Need, RecordKind, Scope } from "./record.ts";
import type { Reason } from "./reasons.ts";

/** The verdicts that follow from what is seen now. */
export type ObservedVerdict =
  | "ok" // seen at all authoritative servers, and acceptable
  | "partial" // some servers answer the new value
  | "missing" // not seen
  | "different" // something is there, but not acceptable
  | "conflict" // two records where one must be, a CNAME beside other data
  | "weak" // works, could be stronger
  | "unknown" // could not be looked at: never a failure
  | "off"; // optional, and decidedly not there

/** With the past: the eleven that people see. */
export type Verdict = ObservedVerdict | "waiting" | "changed" | "accepted";

export const VERDICTS: readonly Verdict[] = [
  ...(["ok", "waiting", "partial", "missing", "different", "conflict", "weak", "changed"] as const),
  ...(["unknown", "off", "accepted"] as const),
];

/** What is looked at beyond records. */
export type ProbeKind =
  | "zone" // the domain's delegation: servers that answer, agree, are signed
  | "smtpTls" // STARTTLS and certificate of an MX, as an outsider sees them
  | "portTls" // a port for people (465, 993, …) and its certificate
  | "stsPolicy" // the MTA-STS policy, fetched over HTTPS as an outsider
  | "caa" // whether CAA lets our certificate authority issue
  | "forward" // PTR and forward match of an address of ours
  | "outbound25" // whether we reach port 25 of others
  | "blocklist"; // whether a list names an address of ours

export type CheckKind = RecordKind | ProbeKind;

/** What one server answered, as the drawer "Where did you look?" shows it. */
export interface ShownAnswer {
  readonly server: string;
  /** "192.0.2.53:53". */
  readonly address: string;
  readonly view: "authority" | "resolver";
  readonly rcode: Rcode;
  /** As people paste them (lib/mail/dns/rdata.ts `plainValue`). */
  readonly values: readonly string[];
  /** Seconds left; of a negative answer: how long "no" is kept. */
  readonly ttl: number;
  /** SOA serial of the zone at that server, if it was asked. */
  readonly serial: number | null;
  /** A validating resolver vouches for it. */
  readonly authenticated: boolean;
  /** Names that CNAMEs led through, the first one excluded. */
  readonly via: readonly string[];
  readonly ms: number;
  /** When it came, in milliseconds since 1970; rows of an older version do not say. */
  readonly at?: number;
}

/** The smallest change that makes it right, for people and for automation alike. */
export interface Fix {
  readonly action: "add" | "replace" | "remove";
  readonly name: string;
  readonly type: string;
  /** Values to take away, as found. */
  readonly remove: readonly string[];
  /** Values to put there, as people paste them. */
  readonly add: readonly string[];
}

export interface CheckResult {
  /** Unique per domain (or among the server's own): "mx", "dkim:ph2611r", "smtpTls:mail.example.net". */
  readonly key: string;
  readonly kind: CheckKind;
  readonly scope: Scope;
  readonly group: Group;
  readonly need: Need;
  /** DNS name or host that was looked at. */
  readonly name: string;
  /** Record type, or "" for a probe. */
  readonly type: string;
  readonly verdict: ObservedVerdict;
  /** The most telling first. Empty with "ok" when there is nothing to add. */
  readonly reasons: readonly Reason[];
  readonly fix: Fix | null;
  /** As people paste them; empty for a probe. */
  readonly expected: readonly string[];
  readonly found: readonly string[];
  readonly answers: readonly ShownAnswer[];
  /** Small facts for screens: {lookups: 4}, {notAfter: "2027-…"}, an SPF tree. JSON. */
  readonly facts: Readonly<Record<string, unknown>>;
}
