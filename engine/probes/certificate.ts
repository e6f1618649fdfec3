/** What a certificate that was seen means for those who verify it: reasons, the gravest first. */
import type { Reason } from "../../lib/mail/dns/reasons.ts";
import type { PeerTls } from "./peer.ts";
import { because } from "./result.ts";

/** Renewal has had two weeks by then (design of ACME): whoever is left has a problem. */
const SOON_MS = 14 * 86_400_000;

const SELF_SIGNED = new Set(["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"]);

export interface Judged {
  /** Verified now by the public roots. */
  readonly good: boolean;
  readonly reasons: readonly Reason[];
}

export function judgeCertificate(host: string, tls: PeerTls, now: Date): Judged {
  const left = Date.parse(tls.notAfter) - now.getTime();
  if (tls.verified) {
    const soon = left < SOON_MS;
    return {
      good: true,
      reasons: soon ? [because("tls.expiresSoon", { host, date: dateOf(tls.notAfter) })] : [],
    };
  }
  return { good: false, reasons: [problemOf(host, tls)] };
}

function problemOf(host: string, { problem, names, notAfter }: PeerTls): Reason {
  if (problem === "CERT_HAS_EXPIRED") {
    return because("tls.expired", { host, date: dateOf(notAfter) });
  }
  if (problem === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return because("tls.wrongName", { host, names: names.join(", ") });
  }
  if (problem !== null && SELF_SIGNED.has(problem)) return because("tls.selfSigned", { host });
  return because("tls.untrusted", { host, problem: problem ?? "" });
}

const dateOf = (time: string) => time.slice(0, 10);
