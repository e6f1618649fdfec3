/**
 * Reading an MTA-STS policy: RFC 8461 §3.2. Lines end with LF or CRLF; unknown fields are passed over, and
 * of a field that may stand once the first one counts. What is not a policy by the grammar is refused with
 * the reason, because "the policy is wrong" helps nobody who has to mend it.
 */
import type { MtaStsMode, MtaStsPolicy } from "./mta-sts.ts";

/** §3.3 suggests 64 KiB as the most that is read. */
export const MAX_POLICY_BYTES = 65_536;

export type PolicyProblem = "version" | "mode" | "maxAge" | "noMx" | "badMx" | "grammar";

export type ReadPolicy =
  | { readonly policy: MtaStsPolicy; readonly problem: null }
  | { readonly policy: null; readonly problem: PolicyProblem; readonly line: string };

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/;
const MODES: readonly MtaStsMode[] = ["none", "testing", "enforce"];
const MAX_AGE = /^\d{1,10}$/;
/** A host name, with "*." in front for one label (§4.1). */
const MX =
  /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

export function readPolicyText(text: string): ReadPolicy {
  const refuse = (problem: PolicyProblem, line = ""): ReadPolicy => ({
    policy: null,
    problem,
    line: line.slice(0, 100),
  });
  const fields = new Map<string, string>();
  const mx: string[] = [];
  for (const line of linesOf(text)) {
    const field = fieldOf(line);
    if (!field) return refuse("grammar", line);
    const { name, value } = field;
    if (name === "mx") {
      if (!MX.test(value)) return refuse("badMx", value);
      mx.push(value.toLowerCase());
    } else if (!fields.has(name)) fields.set(name, value);
  }
  if (fields.get("version") !== "STSv1") return refuse("version", fields.get("version"));
  const mode = MODES.find((known) => known === fields.get("mode"));
  if (mode === undefined) return refuse("mode", fields.get("mode"));
  const maxAge = fields.get("max_age") ?? "";
  if (!MAX_AGE.test(maxAge)) return refuse("maxAge", maxAge);
  if (mode !== "none" && mx.length === 0) return refuse("noMx");
  return { policy: { mode, mx, maxAge: Number(maxAge) }, problem: null };
}

/** Without the empty ones at the end. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  const last = lines.findLastIndex((line) => line !== "");
  return lines.slice(0, Math.max(1, last + 1));
}

/** By hand: one pattern for the whole line takes hours for a stranger's 64 KiB of spaces. */
function fieldOf(line: string): { readonly name: string; readonly value: string } | null {
  const at = line.indexOf(":");
  const [name, value] = [line.slice(0, Math.max(at, 0)).trimEnd(), line.slice(at + 1).trim()];
  const isText = !/[\r\u2028\u2029]/.test(line);
  return at > 0 && isText && NAME.test(name) ? { name, value } : null;
}

/** Whether a policy's `mx` lets mail go to that host (§4.1: a wildcard stands for one label). */
export function allowsMx(patterns: readonly string[], host: string): boolean {
  const name = host.toLowerCase();
  return patterns.some((pattern) =>
    pattern.startsWith("*.") ? name.replace(/^[^.]+/, "*") === pattern : pattern === name,
  );
}
