/** What the expected records of a domain follow from, and what the server adds. */
import type { DkimAlgorithm } from "../dkim-keys.ts";
import type { DomainMode } from "../domain-mode.ts";
import type { MtaStsMode } from "../mta-sts.ts";
import type { TlsaRecord } from "../ports.ts";
import type { DmarcPolicy } from "./dmarc.ts";

/** RFC-to-be of the BIMI group: where the logo is, and who vouches for it. */
export interface BimiSettings {
  /** HTTPS URL of an SVG (Tiny PS). */
  readonly location: string;
  /** HTTPS URL of the mark certificate. */
  readonly authority?: string;
}

export interface DomainSettings {
  /** Lower-case A-labels. */
  readonly name: string;
  readonly mtaStsMode: MtaStsMode;
  readonly mtaStsId: string;
  /** Absent: `startingDmarc`. */
  readonly dmarc?: DmarcPolicy;
  /** Where TLS reports go (RFC 8460); absent: the domain's postmaster. */
  readonly tlsReportsTo?: string;
  /** Absent: "full". */
  readonly mode?: DomainMode;
  readonly bimi?: BimiSettings;
}

/** The public half of a signing key, with its state: a retiring key stays until nobody needs it. */
export interface PublishedKey {
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  readonly publicKey: string;
  /** CNAME mode: the name in a zone of ours where the key stands, to which the domain's selector leads. */
  readonly target?: string | null;
  readonly state: "publishing" | "visible" | "signing" | "retiring" | "safe_to_delete";
  /** Its record is to say so: `p=` without a value (RFC 6376 §3.6.1). */
  readonly revoked?: boolean;
}

/** Ports of the services for people; null: not offered. */
export interface ServicePorts {
  readonly submissions: number | null;
  readonly submission: number | null;
  readonly imaps: number | null;
  readonly imap: number | null;
  readonly pop3s: number | null;
  readonly pop3: number | null;
}

/**
 * What is announced by default: implicit TLS everywhere (RFC 8314 §3). The ports that start in the
 * clear are open for clients set up by hand, but no client should find them by itself.
 */
export const STANDARD_SERVICES: ServicePorts = {
  submissions: 465,
  submission: null,
  imaps: 993,
  imap: null,
  pop3s: 995,
  pop3: null,
};

/** A host of this installation that MX names. */
export interface Exchange {
  readonly host: string;
  readonly preference: number;
}

/** Our certificate authority, for CAA (RFC 8659), and how it knows us (RFC 8657). */
export interface IssuerSettings {
  /** "letsencrypt.org". */
  readonly issuer: string;
  readonly accountUri?: string;
  /** "http-01", "tls-alpn-01", "dns-01". */
  readonly validationMethods?: readonly string[];
}

export interface ServerSettings {
  readonly hostName: string;
  /** Public addresses that mail comes to and goes out from. */
  readonly ipv4?: readonly string[];
  readonly ipv6?: readonly string[];
  /** 10 by default: room below and above for a second server. */
  readonly mxPriority?: number;
  readonly services?: ServicePorts;
  /** Where a domain has more than this host: all that MX names, this one included. */
  readonly exchanges?: readonly Exchange[];
  /** Of the current key, then of the next one; only where the host's zone is signed. */
  readonly tlsa?: readonly TlsaRecord[];
  /** Ports with TLS that TLSA is published for; absent: 25 and the services announced. */
  readonly tlsPorts?: readonly number[];
  /** Absent: certificates do not come from an authority that we ask. */
  readonly issuer?: IssuerSettings;
}
