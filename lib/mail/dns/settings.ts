/** What the expected records of a domain follow from, and what the server adds. */
import type { DkimAlgorithm } from "../dkim-keys.ts";
import type { MtaStsMode } from "../mta-sts.ts";
import type { TlsaRecord } from "../ports.ts";
import type { DmarcPolicy } from "./dmarc.ts";

export interface DomainSettings {
  /** Lower-case A-labels. */
  readonly name: string;
  readonly mtaStsMode: MtaStsMode;
  readonly mtaStsId: string;
  /** Absent: `startingDmarc`. */
  readonly dmarc?: DmarcPolicy;
  /** Where TLS reports go (RFC 8460); absent: the domain's postmaster. */
  readonly tlsReportsTo?: string;
}

/** The public half of a signing key, with its state: a retiring key stays until nobody needs it. */
export interface PublishedKey {
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  readonly publicKey: string;
  readonly state: "publishing" | "visible" | "signing" | "retiring" | "safe_to_delete";
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

export interface ServerSettings {
  readonly hostName: string;
  /** Public addresses that mail comes to and goes out from. */
  readonly ipv4?: readonly string[];
  readonly ipv6?: readonly string[];
  /** 10 by default: room below and above for a second server. */
  readonly mxPriority?: number;
  readonly services?: ServicePorts;
  /** For the current key and the next one; only where the host's zone is signed. */
  readonly tlsa?: readonly TlsaRecord[];
}
