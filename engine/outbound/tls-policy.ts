/**
 * Which TLS a delivery insists on, decided before dialling. Two policies so far: take TLS when offered,
 * or require it (RFC 8689).
 */
import type { QueueBatch } from "../../lib/mail/ports.ts";
import type { MailHosts } from "./mx.ts";
import { final, type Finding } from "./verdict.ts";

export type TlsPolicy =
  | { readonly kind: "opportunistic" }
  /** Verified certificate for the MX name, and REQUIRETLS announced after it. */
  | { readonly kind: "requiretls" };

/** A finding when no policy can be met: who names the hosts must be beyond doubt (RFC 8689 §4.2.1). */
export function chooseTlsPolicy(batch: QueueBatch, hosts: MailHosts): TlsPolicy | Finding {
  if (!batch.requireTls) return { kind: "opportunistic" };
  if (hosts.authenticated) return { kind: "requiretls" };
  const text = `Message requires TLS, but the MX records of ${batch.destination} are not protected by DNSSEC`;
  return final("5.7.30", text);
}
