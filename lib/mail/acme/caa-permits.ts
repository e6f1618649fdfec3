/**
 * Whether a CAA set lets an authority issue to us, for a name that is no wildcard: RFC 8659 §4.2, with the
 * account and the methods of RFC 8657. One property that does is enough.
 */
import { whyNotIssued, type CaaProblem } from "../dns/caa.ts";

export interface CaaProperty {
  readonly flags: number;
  readonly tag: string;
  readonly value: string;
}

export interface Asker {
  /** Names under which the authority knows itself in CAA. */
  readonly caaIdentities: readonly string[];
  readonly accountUrl: string | null;
  readonly methods: readonly string[];
}

const CRITICAL = 0x80;
const KNOWN = new Set([
  "issue",
  "issuewild",
  "iodef",
  "issuemail",
  "issuevmc",
  "contactemail",
  "contactphone",
]);

/** Null: it may. */
export function issuesTo(
  records: readonly CaaProperty[],
  { caaIdentities, accountUrl, methods }: Asker,
): CaaProblem | null {
  const isStrange = ({ flags, tag }: CaaProperty) =>
    (flags & CRITICAL) !== 0 && !KNOWN.has(tag.toLowerCase());
  if (records.some(isStrange)) return { kind: "issuer" }; // §4.1
  const issue = records.filter(({ tag }) => tag.toLowerCase() === "issue");
  if (issue.length === 0) return null;
  const problems = issue.flatMap(({ value }) =>
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
