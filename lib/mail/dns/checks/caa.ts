/**
 * Whether our certificate authority may issue: RFC 8659 §3 (the records of the closest name upwards that has
 * any), §4 and RFC 8657. No record at all permits everybody.
 */
import type { RecordValue } from "../../ports.ts";
import type { CheckResult } from "../check.ts";
import { receivesMail } from "../../domain-mode.ts";
import { issuerText, issueValues, parseCaaIssue, strangeProperty, whyNotIssued } from "../caa.ts";
import { plainValue } from "../rdata.ts";
import { reason, type Reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import type { IssuerSettings } from "../settings.ts";
import { answerFor, type CheckContext } from "./context.ts";
import type { Opinion } from "./opinion.ts";
import { fixOf, resultOf } from "./result.ts";
import { hasAnswered, weigh } from "./weigh.ts";

type Caa = RecordValue["CAA"];

const show = (value: Caa) => plainValue({ type: "CAA", value });

interface Relevant {
  /** Where they stand; null: nowhere. */
  readonly at: string | null;
  readonly records: readonly Caa[];
  readonly isKnown: boolean;
}

/** §3: up from the name, an alias followed at each step, to the first that has records. */
export async function relevantCaa(ctx: CheckContext, name: string): Promise<Relevant> {
  for (let at = name; at !== ""; at = at.split(".").slice(1).join(".")) {
    const answer = await answerFor(ctx, at, "CAA");
    // §3: an authority that cannot find out does not issue.
    if (!hasAnswered(answer)) return { at, records: [], isKnown: false };
    if (answer.records.length > 0) return { at, records: answer.records, isKnown: true };
  }
  return { at: null, records: [], isKnown: true };
}

/** Null: it may issue. */
export function whyForbidden(
  records: readonly Caa[],
  name: string,
  issuer: IssuerSettings,
): Reason | null {
  const strange = strangeProperty(records);
  const issue = issueValues(records);
  const forbids = (allowed: string) =>
    reason("caa.forbids", { issuer: issuer.issuer, name, allowed });
  if (strange) return forbids(`critical ${strange.tag}`);
  if (issue.length === 0) return null;
  const problems = issue.map((value) => whyNotIssued(value, issuer));
  if (problems.includes(null)) return null;
  const found = (kind: "account" | "methods") =>
    problems.map((problem) => (problem?.kind === kind ? problem.found : null)).find(Boolean);
  const [account, methods] = [found("account"), found("methods")];
  if (account) return reason("caa.account", { name, found: account });
  if (methods) return reason("caa.methods", { name, found: methods });
  const allowed = issue.map((value) => parseCaaIssue(value)?.issuer || "—");
  return forbids([...new Set(allowed)].join(", "));
}

export async function checkHostCaa(
  record: ExpectedRecord,
  ctx: CheckContext,
): Promise<CheckResult> {
  const look = await ctx.observer.look(record.name, "CAA");
  const judge = (records: readonly Caa[]) => judgeCaa(record, ctx, records);
  return resultOf(record, await weigh(look, { judge, show, now: ctx.now }));
}

async function judgeCaa(
  record: ExpectedRecord,
  ctx: CheckContext,
  here: readonly Caa[],
): Promise<Opinion> {
  const { issuer } = ctx.server;
  if (issuer === undefined) return { verdict: "off", reasons: [], found: here.map(show) };
  const above: Relevant =
    here.length > 0
      ? { at: record.name, records: here, isKnown: true }
      : await relevantCaa(ctx, record.name.split(".").slice(1).join("."));
  const found = above.records.map(show);
  if (!above.isKnown)
    return { verdict: "unknown", reasons: [reason("dns.noAnswer", { n: 1 })], found };
  if (above.at === null) return { verdict: "off", reasons: [reason("caa.open")], found: [] };
  const why = whyForbidden(above.records, above.at, issuer);
  const elsewhere = here.length > 0 ? [] : [reason("caa.elsewhere", { name: above.at })];
  if (why !== null) {
    const fix = { remove: [], add: [record.text] };
    return { verdict: "different", reasons: [why, ...elsewhere], found, fix };
  }
  // Permitted by somebody else's records: fine, and nothing of ours to see.
  return { verdict: here.length > 0 ? "ok" : "off", reasons: elsewhere, found };
}

/** Names of a domain for which certificates are needed. */
const LABELS = ["mta-sts", "autoconfig", "autodiscover"] as const;

/** For a domain: may we get certificates for its names? Null where none are asked for. */
export async function checkIssuance(ctx: CheckContext): Promise<CheckResult | null> {
  const { domain, server } = ctx;
  const { issuer } = server;
  if (domain === null || issuer === undefined || !receivesMail(domain.mode ?? "full")) return null;
  const names = LABELS.map((label) => `${label}.${domain.name}`);
  const looks = await Promise.all(names.map((name) => relevantCaa(ctx, name)));
  const found = [...new Set(looks.flatMap(({ records }) => records.map(show)))];
  const verdicts = looks.map(({ at, records }) =>
    at === null ? null : whyForbidden(records, at, issuer),
  );
  const why = verdicts.find((one) => one !== null) ?? null;
  const at = looks[verdicts.indexOf(why)]?.at ?? domain.name;
  const add = [`0 issue "${issuerText(issuer)}"`];
  const isKnown = looks.every((look) => look.isKnown);
  const shared = {
    ...({ key: "caa", kind: "caa", scope: "domain", group: "encrypt" } as const),
    ...({ need: domain.mtaStsMode === "none" ? "optional" : "recommended" } as const),
    ...{ name: domain.name, type: "CAA", expected: add, found, answers: [], facts: {} },
  };
  if (why !== null) {
    const fix = fixOf({ remove: [], add }, { name: at, type: "CAA" });
    return { ...shared, verdict: "different", reasons: [why], fix };
  }
  if (!isKnown) {
    const reasons = [reason("dns.noAnswer", { n: looks.length })];
    return { ...shared, verdict: "unknown", reasons, fix: null };
  }
  const reasons = looks.every((look) => look.at === null) ? [reason("caa.open")] : [];
  return { ...shared, verdict: "ok", reasons, fix: null };
}
