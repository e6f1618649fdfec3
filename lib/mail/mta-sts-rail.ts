/**
 * How far a domain's MTA-STS has come: host name → certificate → policy reachable → TXT record → testing
 * → enforced (RFC 8461 §7.1 suggests this order, §8.3 the way back). Each step is done by evidence of a
 * check, never by a setting alone; a step that could not be looked at is "unknown", not failed.
 */
import type { MtaStsMode } from "./mta-sts.ts";

export const RAIL_STEPS = [
  "host",
  "certificate",
  "reachable",
  "record",
  "testing",
  "enforced",
] as const;
export type RailStep = (typeof RAIL_STEPS)[number];
/** "waiting": nothing was seen yet. */
export type RailState = "done" | "failed" | "unknown" | "waiting";

/** What is needed of a kept check. */
export interface Evidence {
  readonly key: string;
  readonly kind: string;
  readonly verdict: string;
  readonly reasons: readonly { readonly key: string }[];
  readonly lastOkAt: Date | null;
  readonly checkedAt: Date;
}

export interface RailPart {
  readonly step: RailStep;
  readonly state: RailState;
  /** When the evidence was last looked at; null when never. */
  readonly at: Date | null;
  /** Key of the check that says so. */
  readonly check: string | null;
}

/** Verdicts that let the step count: right, right but improvable, or kept by a person's word. */
const GOOD = new Set(["ok", "weak", "accepted"]);
const SILENT = new Set(["unknown", "waiting"]);

/** Reasons of the policy's probe that speak of what comes before the policy itself. */
const NO_CERTIFICATE = new Set(["sts.certificate"]);
const NOT_REACHED = new Set([
  ...["sts.certificate", "sts.httpsFailed", "sts.status", "sts.redirect", "sts.contentType"],
  ...["sts.tooLarge", "sts.bad", "probe.noAddress"],
]);

export function railOf(mode: MtaStsMode, checks: readonly Evidence[]): RailPart[] {
  const find = (kind: string) => checks.find((check) => check.kind === kind);
  const [host, policy, record] = [find("mtaStsHost"), find("stsPolicy"), find("mtaStsPolicy")];
  const has = (reasons: ReadonlySet<string>) =>
    policy?.reasons.some(({ key }) => reasons.has(key)) ?? false;
  const probeState = (missing: ReadonlySet<string>): RailState => {
    if (!policy) return "waiting";
    if (has(missing)) return policy.verdict === "unknown" ? "unknown" : "failed";
    if (policy.verdict === "missing") return "failed";
    return SILENT.has(policy.verdict) ? stateOf(policy) : "done";
  };
  const part = (step: RailStep, state: RailState, check: Evidence | undefined): RailPart => ({
    ...{ step, state, at: check?.checkedAt ?? null, check: check?.key ?? null },
  });
  const certificate = part("certificate", probeState(NO_CERTIFICATE), policy);
  const reachable = part("reachable", probeState(NOT_REACHED), policy);
  const parts = [
    part("host", stateOf(host), host),
    // HTTPS that failed before a certificate was shown says nothing about the certificate.
    has(new Set(["sts.httpsFailed", "probe.noAddress"]))
      ? { ...certificate, state: "waiting" as const }
      : certificate,
    reachable,
    part("record", stateOf(record), record),
  ];
  const ready = parts.every(({ state }) => state === "done");
  // What is served now, by the probe's word: the setting alone protects nobody.
  const served = policy && !has(new Set(["sts.otherMode"])) && ready;
  const after = (is: boolean): RailState => (is && served ? "done" : "waiting");
  return [
    ...parts,
    part("testing", after(mode === "testing" || mode === "enforce"), policy),
    part("enforced", after(mode === "enforce"), policy),
  ];
}

function stateOf(check: Evidence | undefined): RailState {
  if (!check || check.verdict === "waiting") return "waiting";
  if (check.verdict === "unknown") return "unknown";
  return GOOD.has(check.verdict) ? "done" : "failed";
}

/** What speaks against "enforce" now: keys of checks that are not good, and whether all were looked at. */
export function enforceObstacles(checks: readonly Evidence[]): string[] {
  const needed = ["mtaStsHost", "mtaStsPolicy", "stsPolicy", "smtpTls", "mx"];
  const wrong = checks.filter((check) => needed.includes(check.kind) && !goodEnough(check));
  const missing = needed.filter((kind) => !checks.some((check) => check.kind === kind));
  return [...wrong.map(({ key }) => key), ...missing];
}

/** A certificate that mail alone does without is "weak"; under "enforce" it keeps mail away. */
function goodEnough({ kind, verdict, reasons }: Evidence): boolean {
  if (kind !== "smtpTls" || verdict !== "weak") return GOOD.has(verdict);
  return reasons.every(({ key }) => key === "tls.expiresSoon");
}
