/**
 * The five questions that a domain answers (console.md section 1): can it receive, can it send, is it
 * protected from forgery, is its mail encrypted on the way, do devices set themselves up. Each follows from
 * checks by name; none of them says more than was measured. Pure.
 */
import type { CheckKind, CheckResult, Verdict } from "./check.ts";
import { GROUPS, type Group } from "./record.ts";

/** A check as the capabilities read it: a kept row or a fresh judgement. */
export type CapabilityCheck = Pick<
  CheckResult,
  "key" | "kind" | "scope" | "group" | "need" | "name" | "type" | "reasons" | "fix" | "facts"
> & { readonly verdict: Verdict };

/** "off": the domain is not used for that here (send only, reports only). */
export type CapabilityState = "ok" | "part" | "broken" | "waiting" | "unknown" | "off";

/** Sentences of lib/i18n/reasons.ts; all of them have {domain}, "elsewhere" has {host} too. */
export type CapabilityKey =
  | `cap.${Group}.${CapabilityState}`
  | "cap.receive.elsewhere"
  | "cap.protect.watching"
  | "cap.protect.testing"
  | "cap.encrypt.testing";

export interface Capability {
  readonly group: Group;
  readonly state: CapabilityState;
  /** "3 of 4 records correct": what is decidedly not used does not count. */
  readonly correct: number;
  readonly total: number;
  readonly sentence: {
    readonly key: CapabilityKey;
    readonly params: Readonly<Record<string, string>>;
  };
}

/** `checks`: the domain's, and those of the server that it stands on. */
export function capabilitiesOf(checks: readonly CapabilityCheck[], domain: string): Capability[] {
  return GROUPS.map((group) => {
    const own = checks.filter((check) => check.group === group);
    const counted = own.filter(({ verdict }) => verdict !== "off");
    const state = stateOf(group, own);
    return {
      group,
      state,
      correct: counted.filter(({ verdict }) => RIGHT.includes(verdict)).length,
      total: counted.length,
      sentence: sentenceOf({ group, state, checks: own, domain }),
    };
  });
}

const RIGHT: readonly Verdict[] = ["ok", "weak", "accepted"];
export const WRONG: readonly Verdict[] = ["missing", "different", "conflict", "changed"];

const isRequired = ({ need }: CapabilityCheck) => need.startsWith("required");

/** Without one of these a capability is not there at all, whatever else is right. */
export const CORE: Readonly<Record<Group, readonly CheckKind[]>> = {
  receive: ["mx"],
  send: ["spf", "dkim"],
  protect: ["dmarc"],
  encrypt: ["mtaStsHost", "mtaStsPolicy", "stsPolicy", "hostTlsa"],
  devices: ["service", "autoconfig", "autodiscover", "autodiscoverService"],
};

/** lib/storage/capabilities.ts says the same for many domains at once; its test holds the two together. */
function stateOf(group: Group, checks: readonly CapabilityCheck[]): CapabilityState {
  const used = checks.filter(({ verdict }) => verdict !== "off");
  const core = used.filter(({ kind }) => CORE[group].includes(kind));
  if (core.length === 0) return "off";
  const required = used.filter(isRequired);
  const isBroken = required.length > 0 ? has(required, WRONG) : all(core, WRONG);
  if (isBroken) return "broken";
  const deciding = required.length > 0 ? required : core.filter(({ need }) => need !== "optional");
  if (has(deciding, ["waiting"])) return "waiting";
  if (has(deciding, ["unknown"])) return "unknown";
  const needed = used.filter(({ need }) => need !== "optional");
  // What could not be checked is no fault, where something else decides.
  if (has(needed, ["partial", "weak", "waiting", ...WRONG])) return "part";
  return unproven(group, core) ?? "ok";
}

const has = (checks: readonly CapabilityCheck[], verdicts: readonly Verdict[]) =>
  checks.some(({ verdict }) => verdicts.includes(verdict));
const all = (checks: readonly CapabilityCheck[], verdicts: readonly Verdict[]) =>
  checks.every(({ verdict }) => verdicts.includes(verdict));

/** All records are right. Does that say what people read into it? */
function unproven(group: Group, core: readonly CapabilityCheck[]): CapabilityState | null {
  if (group === "protect") return dmarcStage(core) === "enforced" ? null : "part";
  if (group !== "encrypt") return null;
  // A policy that nobody has fetched yet binds nobody.
  return core.some(({ kind }) => kind === "stsPolicy" || kind === "hostTlsa") ? null : "waiting";
}

/** What receivers are asked for: nothing ("watching"), a rehearsal ("testing"), or to act. */
function dmarcStage(checks: readonly CapabilityCheck[]): "watching" | "testing" | "enforced" {
  const { policy, testing } = checks.find(({ kind }) => kind === "dmarc")?.facts ?? {};
  if (policy !== "quarantine" && policy !== "reject") return "watching";
  return testing === true ? "testing" : "enforced";
}

interface Subject {
  readonly group: Group;
  readonly state: CapabilityState;
  readonly checks: readonly CapabilityCheck[];
  readonly domain: string;
}

function sentenceOf({ group, state, checks, domain }: Subject): Capability["sentence"] {
  if (group === "receive" && (state === "broken" || state === "waiting")) {
    const host = elsewhere(checks);
    if (host !== null) return { key: "cap.receive.elsewhere", params: { domain, host } };
  }
  const isRight = (check: CapabilityCheck) =>
    check.need === "optional" || check.verdict === "ok" || check.verdict === "accepted";
  if (group === "protect" && state === "part" && checks.every(isRight)) {
    const stage = dmarcStage(checks);
    if (stage !== "enforced") return { key: `cap.protect.${stage}`, params: { domain } };
  }
  const isRehearsal = ({ reasons }: CapabilityCheck) =>
    reasons.some(({ key }) => key === "sts.testing");
  if (
    group === "encrypt" &&
    state === "part" &&
    checks.some(isRehearsal) &&
    checks.every((check) => isRehearsal(check) || isRight(check))
  )
    return { key: "cap.encrypt.testing", params: { domain } };
  return { key: `cap.${group}.${state}`, params: { domain } };
}

/** Where mail goes instead, if MX says so. */
function elsewhere(checks: readonly CapabilityCheck[]): string | null {
  const reasons = checks.find(({ kind }) => kind === "mx")?.reasons ?? [];
  for (const { key, params } of reasons) {
    if (key === "mx.provider") return String(params["provider"]);
    if (key === "mx.elsewhere") return String(params["host"]);
  }
  return null;
}
