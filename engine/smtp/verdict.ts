/**
 * What the checks of a message add up to, in words: DMARC (RFC 9989) decides, the others explain.
 *
 * p=reject is refused at the door, so that the sender learns of it; p=quarantine goes to Junk. Without a
 * DMARC record nothing is refused for SPF or DKIM alone: forwarding breaks both (RFC 7208 §8.4, RFC 6376
 * §6.1). Several authors' domains in From, which DMARC cannot judge, go to Junk (RFC 9989 §11.5).
 * Pure.
 */
import type { AuthenticateResult } from "mailauth";

/** A message can carry any number of signatures; the trace has room for these. */
const MAX_SIGNATURES = 10;

export type Disposition = "accept" | "junk" | "refuse";

export interface Verdict {
  readonly disposition: Disposition;
  /** Sentences for the trace. */
  readonly reasons: readonly string[];
  /** Domain of the one author; null when there is none, or several that differ. */
  readonly author: string | null;
  /** Something that the author's domain vouches for passed. */
  readonly authentic: boolean;
  /** Results as words of RFC 8601, for search. */
  readonly results: Readonly<Record<string, string>>;
}

type Results = Pick<AuthenticateResult, "spf" | "dkim" | "dmarc" | "arc" | "dmarcSkipReason">;

export function verdictOf(result: Results, iprev: string): Verdict {
  const { spf, dkim, dmarc, arc } = result;
  const results = {
    spf: spf ? spf.status.result : "none",
    dkim: bestDkim(result),
    dmarc: dmarc ? dmarc.status.result : "none",
    arc: arc ? arc.status.result : "none",
    iprev,
  };
  const reasons = [spfWords(spf), ...dkimWords(dkim), ...dmarcWords(result)];
  if (results.arc !== "none") reasons.push(`ARC chain: ${results.arc}`);
  reasons.push(`Reverse DNS of the sending server: ${iprev}`);
  const author = dmarc ? (dmarc.status.header?.from ?? null) : null;
  return {
    disposition: dispositionOf(result),
    reasons: reasons.map(oneLine),
    author,
    authentic: isAuthentic(result, author),
    results,
  };
}

/** DMARC passed; or, where no record was published, what it would have looked for in its strict form. */
function isAuthentic({ spf, dkim, dmarc }: Results, author: string | null): boolean {
  if (!dmarc || author === null) return false;
  if (dmarc.status.result !== "none") return dmarc.status.result === "pass";
  if (spf && spf.status.result === "pass" && spf.domain.toLowerCase() === author) return true;
  const passed = dkim.results.filter(({ status }) => status.result === "pass");
  return passed.some(({ signingDomain }) => signingDomain?.toLowerCase() === author);
}

function dispositionOf({ dmarc, dmarcSkipReason }: Results): Disposition {
  if (dmarcSkipReason?.startsWith("multiple-")) return "junk";
  if (!dmarc || dmarc.status.result !== "fail") return "accept";
  if (dmarc.policy === "reject") return "refuse";
  return dmarc.policy === "quarantine" ? "junk" : "accept";
}

function bestDkim({ dkim }: Results): string {
  const words = dkim.results.map(({ status }) => status.result);
  return words.find((word) => word === "pass") ?? words[0] ?? "none";
}

function spfWords(spf: Results["spf"]): string {
  if (!spf) return "SPF: none";
  const { result, comment } = spf.status;
  return `SPF for ${spf.domain}: ${result}${comment ? ` (${comment})` : ""}`;
}

function dkimWords(dkim: Results["dkim"]): string[] {
  const signed = dkim.results.filter(({ signingDomain }) => signingDomain);
  if (signed.length === 0) return ["DKIM: not signed"];
  return signed.slice(0, MAX_SIGNATURES).map(({ signingDomain, selector, status }) => {
    const comment = status.comment ? ` (${status.comment})` : "";
    return `DKIM signature of ${signingDomain}, selector ${selector}: ${status.result}${comment}`;
  });
}

function dmarcWords({ dmarc, dmarcSkipReason }: Results): string[] {
  if (!dmarc) return [`DMARC: not evaluated${dmarcSkipReason ? ` (${dmarcSkipReason})` : ""}`];
  const { result } = dmarc.status;
  const domain = dmarc.status.header?.from ?? dmarc.domain;
  if (result === "fail") {
    const why = "neither SPF nor DKIM passed for that domain";
    return [`DMARC for ${domain}: fail, ${why}; its policy is ${dmarc.policy}`];
  }
  return [`DMARC for ${domain}: ${result}`];
}

/** Parts come from the message and from DNS: what they hold stays on one short line. */
const oneLine = (text: string) => text.replace(/\p{Cc}+/gu, " ").slice(0, 300);
