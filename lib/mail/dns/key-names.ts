/**
 * Names of signing keys that this server publishes itself (CNAME mode): the domain has two pairs of CNAMEs
 * for good, and the keys behind them change places, one pair signing while the next is already seen.
 *
 *   ph1r._domainkey.example.com  CNAME  ph1r.example.com._dkim.mail.example.net
 */
import type { DkimAlgorithm } from "../dkim-keys.ts";

/** RFC 1035 §2.3.4, without the dot at the end. */
const MAX_NAME = 253;

export const SLOTS = [1, 2] as const;
export type Slot = (typeof SLOTS)[number];

export function slotSelector(slot: Slot, algorithm: DkimAlgorithm): string {
  return `ph${slot}${algorithm === "rsa_sha256" ? "r" : "e"}`;
}

/** The pair whose selectors no living key has; null while both are in use. */
export function freeSlot(living: readonly { readonly selector: string }[]): Slot | null {
  const used = new Set(living.map(({ selector }) => selector));
  const isFree = (slot: Slot) =>
    !used.has(slotSelector(slot, "rsa_sha256")) && !used.has(slotSelector(slot, "ed25519_sha256"));
  return SLOTS.find(isFree) ?? null;
}

/** Null when it would be too long for DNS. */
export function targetName(selector: string, domain: string, hostName: string): string | null {
  const name = `${selector}.${domain}._dkim.${hostName}`;
  return name.length > MAX_NAME ? null : name;
}

export function selectorName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`;
}
