/**
 * The records of a domain as steps: in the order in which one stands on another, each with what is left to do.
 * Optional records that nobody wants are no steps. A step is done when it is seen, not when somebody says so;
 * one that works but could be stronger is done as well, and says it. Pure.
 */
import type { CheckResult, Verdict } from "./check.ts";
import type { ExpectedRecord, RecordKind } from "./record.ts";

export type StepState =
  | "done"
  | "stronger" // works: nothing has to be done
  | "spreading" // on its way by itself
  | "todo"
  | "unseen" // nobody has looked yet
  | "unknown"; // could not be looked at

export interface Step<Check> {
  readonly record: ExpectedRecord;
  readonly check: Check | null;
  readonly state: StepState;
}

interface Judged {
  readonly key: string;
  readonly verdict: Verdict;
}

/**
 * Mail arrives before it can be answered. DMARC stands on SPF and DKIM (RFC 9989 §4.1); an alias on what it leads
 * to; reports on the consent of who gets them (RFC 9990 §4); the MTA-STS record on a host that serves the policy
 * (RFC 8461 §3.1, §3.3); a logo on a policy that refuses.
 */
const ORDER: readonly RecordKind[] = [
  ...(["hostAddress", "hostPointer", "mx", "spf", "hostSpf", "dkimTarget", "dkim"] as const),
  ...(["dmarcReports", "dmarc", "mtaStsHost", "mtaStsPolicy", "tlsReports"] as const),
  ...(["hostTlsReports", "hostTlsa", "hostCaa", "service", "serviceOff", "autoconfig"] as const),
  ...(["autodiscover", "autodiscoverService", "bimi"] as const),
];

export function stepsOf<Check extends Judged>(
  records: readonly ExpectedRecord[],
  checks: readonly Check[],
): Step<Check>[] {
  const byKey = new Map(checks.map((check) => [check.key, check]));
  return records
    .map((record): Step<Check> => {
      const check = byKey.get(record.id) ?? null;
      return { record, check, state: check ? STATE[check.verdict] : "unseen" };
    })
    .filter(({ record, check }) => isWanted(record, check))
    .sort((a, b) => ORDER.indexOf(a.record.kind) - ORDER.indexOf(b.record.kind));
}

const isWanted = ({ need }: ExpectedRecord, check: Judged | null) =>
  need !== "optional" || (check !== null && check.verdict !== "off");

const STATE: Readonly<Record<Verdict, StepState>> = {
  ok: "done",
  off: "done",
  accepted: "done",
  weak: "stronger",
  partial: "spreading",
  missing: "todo",
  waiting: "todo",
  different: "todo",
  conflict: "todo",
  changed: "todo",
  unknown: "unknown",
};

type AnyStep = Pick<Step<unknown>, "record" | "state">;

/** A person has something to do, or to find out. */
export const isOpen = ({ state }: AnyStep): boolean =>
  state === "todo" || state === "unseen" || state === "unknown";

export const isDone = ({ state }: AnyStep): boolean => state === "done" || state === "stronger";

/** Where to be: the step that was asked for, else the first to do; what could not be looked at comes last. */
export function currentStep<One extends AnyStep>(steps: readonly One[], asked = ""): One | null {
  return (
    steps.find(({ record }) => record.id === asked) ??
    steps.find(({ state }) => state === "todo" || state === "unseen") ??
    steps.find(isOpen) ??
    null
  );
}

/** The open step after this one, from the beginning again at the end; null: there is no other. */
export function nextStep<One extends AnyStep>(steps: readonly One[], from: One): One | null {
  const at = steps.indexOf(from);
  return [...steps.slice(at + 1), ...steps.slice(0, Math.max(at, 0))].find(isOpen) ?? null;
}

/** The step before this one, whatever its state. */
export function previousStep<One extends AnyStep>(steps: readonly One[], from: One): One | null {
  return steps[steps.indexOf(from) - 1] ?? null;
}

/** How long it is worth a word that a record was seen. */
const FRESH_MS = 10 * 60_000;

interface Seen extends Judged {
  readonly firstAskedAt: Date;
  readonly changedAt: Date;
}

/** What the latest look, of those that found anything, saw right that had been waited for. */
export function justSeen<Check extends Seen>(steps: readonly Step<Check>[], now: Date) {
  const seen = steps.filter(
    ({ check }) =>
      check?.verdict === "ok" &&
      // Right at the first look: nobody has waited for it.
      check.changedAt > check.firstAskedAt &&
      now.getTime() - check.changedAt.getTime() < FRESH_MS,
  );
  const latest = Math.max(...seen.map(({ check }) => check?.changedAt.getTime() ?? 0));
  return seen.filter(({ check }) => check?.changedAt.getTime() === latest);
}

/** What others put into a text stays: the change that was worked out for it, where there is one. */
export function textToEnter({ text, data }: ExpectedRecord, check: Changed | null): string {
  const { fix = null, name, type } = check ?? {};
  const isOwn = fix !== null && fix.name === name && fix.type === type && fix.add.length === 1;
  return data.type === "TXT" && isOwn ? (fix.add[0] ?? text) : text;
}

type Changed = Pick<CheckResult, "name" | "type" | "fix">;
