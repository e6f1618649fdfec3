/** A probe's `CheckResult`: what all of them have in common. */
import type { CheckResult, ObservedVerdict, ProbeKind } from "../../lib/mail/dns/check.ts";
import type { Reason, ReasonKey } from "../../lib/mail/dns/reasons.ts";
import type { Group, Need, Scope } from "../../lib/mail/dns/record.ts";

export interface Subject {
  readonly kind: ProbeKind;
  /** Tells probes of one kind apart: a host, an address. */
  readonly of?: string;
  readonly scope: Scope;
  readonly group: Group;
  readonly need: Need;
  /** Host, address or URL that was looked at. */
  readonly name: string;
}

export interface Outcome {
  readonly verdict: ObservedVerdict;
  readonly reasons?: readonly Reason[];
  readonly found?: readonly string[];
  readonly expected?: readonly string[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

export function probed(subject: Subject, outcome: Outcome): CheckResult {
  const { of, ...rest } = subject;
  return {
    ...rest,
    key: of === undefined ? subject.kind : `${subject.kind}:${of}`,
    type: "",
    verdict: outcome.verdict,
    reasons: outcome.reasons ?? [],
    fix: null,
    expected: outcome.expected ?? [],
    found: outcome.found ?? [],
    answers: [],
    facts: outcome.facts ?? {},
  };
}

export const because = (key: ReasonKey, params: Reason["params"] = {}): Reason => ({ key, params });

/** In the order of how much there is to do; the worst of several looks at one thing counts. */
const WORST_FIRST: readonly ObservedVerdict[] = [
  ...(["conflict", "different", "missing", "unknown", "partial", "weak", "off", "ok"] as const),
];

export function worst(outcomes: readonly Outcome[]): Outcome | undefined {
  return WORST_FIRST.map((verdict) => outcomes.find((one) => one.verdict === verdict)).find(
    (found) => found !== undefined,
  );
}
