/**
 * Whether a CAA set lets an authority issue to us, for a name that is no wildcard: RFC 8659 §4.2, with the
 * account and the methods of RFC 8657. One property that does is enough.
 */
import {
  issueValues,
  strangeProperty,
  whyNotIssued,
  type CaaProblem,
  type CaaProperty,
} from "../dns/caa.ts";

export interface Asker {
  /** Names under which the authority knows itself in CAA. */
  readonly caaIdentities: readonly string[];
  readonly accountUrl: string | null;
  readonly methods: readonly string[];
}

/** Null: it may. */
export function issuesTo(
  records: readonly CaaProperty[],
  { caaIdentities, accountUrl, methods }: Asker,
): CaaProblem | null {
  if (strangeProperty(records)) return { kind: "issuer" };
  const issue = issueValues(records);
  if (issue.length === 0) return null;
  const problems = issue.flatMap((value) =>
    caaIdentities.map((issuer) =>
      whyNotIssued(value, {
        issuer,
        ...(accountUrl !== null && { accountUri: accountUrl }),
        validationMethods: methods,
      }),
    ),
  );
  if (problems.some((problem) => problem === null)) return null;
  return problems.find((problem) => problem?.kind !== "issuer") ?? { kind: "issuer" };
}
