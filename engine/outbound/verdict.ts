/** What an attempt found out: about one recipient, or about a host as a whole. */
import type { Reply } from "../../lib/codec/smtp/reply.ts";
import type { ClaimedRecipient, Outcome } from "../../lib/mail/ports.ts";

export interface Finding {
  readonly outcome: Outcome;
  readonly code: number;
  /** RFC 3463. */
  readonly enhanced: string;
  readonly text: string;
  /** True when the peer said so, false when we did. */
  readonly remote: boolean;
}

export interface Verdict extends Finding {
  readonly recipient: ClaimedRecipient;
}

/** A host cannot be used, or not any more: the next one may. */
export class HostFailure extends Error {
  readonly finding: Finding;

  constructor(finding: Finding, options?: ErrorOptions) {
    super(finding.text, options);
    this.finding = finding;
  }
}

/** Peers can be wordy; what people read is one line. */
const MAX_TEXT = 500;

/** A reply as a finding: 2yz delivered, 5yz failed, anything else may pass (RFC 5321 §4.2.1). */
export function fromReply({ code, enhanced, lines }: Reply): Finding {
  const digit = Math.floor(code / 100);
  const outcome = digit === 2 ? "delivered" : digit === 5 ? "failed" : "deferred";
  const level = outcome === "deferred" ? 4 : digit;
  return {
    outcome,
    code,
    enhanced: enhanced ?? `${level}.0.0`,
    text: lines.join(" ").trim().slice(0, MAX_TEXT),
    remote: true,
  };
}

/** Our own words for something that may pass. */
export const passing = (enhanced: string, text: string): Finding => ({
  outcome: "deferred",
  code: 451,
  enhanced,
  text,
  remote: false,
});

/** Our own words for something that will not. */
export const final = (enhanced: string, text: string, code = 550): Finding => ({
  outcome: "failed",
  code,
  enhanced,
  text,
  remote: false,
});
