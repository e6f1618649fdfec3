/** The single next best step: what is worth doing first, of all that is not right yet. Pure. */
import type { CapabilityCheck } from "./capabilities.ts";
import { GROUPS } from "./record.ts";

export type StepKey =
  "next.add" | "next.replace" | "next.remove" | "next.look" | "next.strengthen" | "next.server";

export interface NextStep {
  /** Key of the check that it is about. */
  readonly check: string;
  /** Sentences of lib/i18n/reasons.ts, with {name} and {type}. */
  readonly key: StepKey;
  readonly params: { readonly name: string; readonly type: string };
}

/** Null: nothing is left to do. */
export function nextStepOf(checks: readonly CapabilityCheck[]): NextStep | null {
  const ranked = checks
    .map((check) => ({ check, rank: rankOf(check) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  const [first] = ranked;
  return first ? stepFor(first.check) : null;
}

/** Urgency first; within it the order of the groups, and the server's addresses before all else. */
function rankOf(check: CapabilityCheck): number | null {
  const urgency = urgencyOf(check);
  if (urgency === null) return null;
  const base = check.kind === "hostAddress" ? -1 : GROUPS.indexOf(check.group);
  return urgency * 10 + base;
}

/** Whether there is something left for a person to do, or to find out. */
export const needsWork = ({ verdict }: Pick<CapabilityCheck, "verdict">): boolean =>
  urgencyOf({ verdict, need: "optional" }) !== null;

function urgencyOf({ verdict, need }: Pick<CapabilityCheck, "verdict" | "need">): number | null {
  const weight = need.startsWith("required") ? 0 : need === "recommended" ? 1 : 3;
  switch (verdict) {
    case "changed":
    case "conflict":
    case "different":
    case "missing":
    case "waiting":
      return weight;
    case "weak":
      return 2;
    case "unknown":
      return 4;
    case "ok":
    case "partial": // on its way by itself
    case "off":
    case "accepted":
      return null;
  }
}

function stepFor({ key: check, name, type, verdict, fix, scope, kind }: CapabilityCheck): NextStep {
  const params = { name: fix?.name ?? name, type: fix?.type ?? type };
  const isProbe = type === "";
  if (verdict === "unknown") return { check, key: "next.look", params };
  if (isProbe || scope === "reverse")
    return { check, key: "next.server", params: { name, type: kind } };
  if (verdict === "weak") return { check, key: "next.strengthen", params };
  return { check, key: `next.${fix?.action ?? "add"}`, params };
}
