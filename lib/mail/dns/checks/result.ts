/** A check's result: the record, what was seen of it, and the change that makes it right. */
import type { CheckResult, Fix } from "../check.ts";
import type { Reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import type { FixValues } from "./opinion.ts";
import type { Weighed } from "./weigh.ts";

export interface ResultOptions {
  /** In front of the others: how the record went wrong. */
  readonly diagnoses?: readonly Reason[];
  /** Absent although others like it are there: said also of an optional record. */
  readonly isMissed?: boolean;
}

export function resultOf(
  record: ExpectedRecord,
  weighed: Weighed,
  { diagnoses = [], isMissed = false }: ResultOptions = {},
): CheckResult {
  const { id, kind, scope, group, need, name, data, text } = record;
  const isOff = weighed.verdict === "missing" && need === "optional" && !isMissed;
  const missing = { remove: [], add: [text] };
  const values = weighed.fix ?? (weighed.verdict === "missing" ? missing : null);
  return {
    ...{ key: id, kind, scope, group, need, name, type: data.type },
    verdict: isOff ? "off" : weighed.verdict,
    reasons: [...diagnoses, ...weighed.reasons],
    fix: isOff || values === null ? null : fixOf(values, { name, type: data.type }),
    expected: [text],
    found: weighed.found,
    answers: weighed.answers,
    facts: weighed.facts ?? {},
  };
}

export function fixOf(
  { remove, add, ...place }: FixValues,
  at: { readonly name: string; readonly type: string },
): Fix {
  const action = remove.length === 0 ? "add" : add.length === 0 ? "remove" : "replace";
  return { action, ...at, ...place, remove, add };
}
