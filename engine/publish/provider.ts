/**
 * The seam between publishing and DNS hosts: reading the sets at some names, and changing what was read.
 *
 * A reading knows how to write on top of itself, so that nothing unseen is overwritten: whoever can, lets
 * the server verify that what was read is still there (RFC 2136 §2.4); the others write only the records
 * that they saw, or whole sets right after having read them.
 */
import type { RecordSet, SetChange } from "../../lib/mail/dns/record-sets.ts";

export interface Reading {
  readonly sets: readonly RecordSet[];
  /** All of them or none. Throws PublishError; "zoneChanged" when a set is not `before` any more. */
  write(changes: readonly SetChange[], signal: AbortSignal): Promise<void>;
}

export interface Provider {
  /** "ns1.example.net", "Cloudflare": for sentences. */
  readonly server: string;
  /** Apex of the zone that holds the name and that we may change. Throws PublishError "noZone". */
  zoneOf(name: string, signal: AbortSignal): Promise<string>;
  /** Every set at these names, whatever its type, that lib/mail/dns/record-sets.ts knows. */
  read(zone: string, names: readonly string[], signal: AbortSignal): Promise<Reading>;
  close(): void;
}
