/**
 * SPF of a domain and of the host: RFC 7208. Judged by what it does: every address of ours is tried with the
 * record that is there, and the tree below it is counted. What others wrote stays; ours is put into it.
 */
import type { CheckResult } from "../check.ts";
import { reason, type Reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import { mergeSpf } from "../spf-merge.ts";
import {
  evaluateSpf,
  MAX_LOOKUPS,
  MAX_VOIDS,
  type SpfAnswer,
  type SpfDns,
} from "../spf/evaluate.ts";
import { isSpfRecord, parseSpf } from "../spf/record.ts";
import { withRecord } from "../spf/with-record.ts";
import { closingOf, firstProblem, spfTree, usesPtr, type SpfNode } from "../spf/tree.ts";
import { answerFor, ownAddresses, type CheckContext } from "./context.ts";
import type { FixValues, Opinion } from "./opinion.ts";
import { checkText } from "./text.ts";

/** From here on people are told how many look-ups are left. */
const MANY_LOOKUPS = 8;

export async function checkSpf(record: ExpectedRecord, ctx: CheckContext): Promise<CheckResult> {
  const addresses = await ownAddresses(ctx);
  const subject: Subject = { record, ctx, addresses };
  return checkText(record, ctx, {
    name: record.name,
    version: "v=spf1",
    text: record.text,
    is: isSpfRecord,
    judge: (text) => judgeRecord(subject, text),
    several: (texts) => {
      const merged = mergeSpf(texts, smallest(subject));
      const reasons = [reason("spf.two", { n: texts.length, merged })];
      return { verdict: "conflict", reasons, found: texts, fix: { remove: texts, add: [merged] } };
    },
  });
}

interface Subject {
  readonly record: ExpectedRecord;
  readonly ctx: CheckContext;
  readonly addresses: readonly string[];
}

/** The least that lets this server pass, and what holds for others where nothing is said yet. */
const smallest = ({ record, ctx }: Subject) =>
  record.kind === "hostSpf" ? record.text : `v=spf1 a:${ctx.server.hostName} -all`;

async function judgeRecord(subject: Subject, text: string): Promise<Opinion> {
  const { record, ctx, addresses } = subject;
  const dns = dnsWith(ctx, record.name, text);
  const tree = await spfTree(record.name, text, dns);
  const tried = await Promise.all(addresses.map((ip) => tryAddress(subject, dns, ip)));
  const facts = {
    ...{ lookups: tree.lookups, voids: tree.voids, tree },
    addresses: tried.map(({ ip, answer }) => ({ address: ip, result: answer.result })),
  };
  const opinion =
    brokenSyntax(subject, text) ??
    (addresses.length === 0 ? untried(subject, text) : null) ??
    refusal(subject, text, tried) ??
    strength(subject, text, tree);
  return { ...opinion, facts };
}

interface Tried {
  readonly ip: string;
  readonly answer: SpfAnswer;
}

async function tryAddress({ record, ctx }: Subject, dns: SpfDns, ip: string): Promise<Tried> {
  const question = {
    ...{ ip, domain: record.name, sender: `postmaster@${record.name}` },
    helo: ctx.server.hostName,
  };
  return { ip, answer: await evaluateSpf(question, dns) };
}

/** One server may have the record and another not. */
const dnsWith = (ctx: CheckContext, name: string, text: string): SpfDns =>
  withRecord(name, text, {
    txt: (asked) => answerFor(ctx, asked, "TXT"),
    ask: (asked, type) => answerFor(ctx, asked, type),
  });

function brokenSyntax({ record, ctx, addresses }: Subject, text: string): Opinion | null {
  const { terms, problem } = parseSpf(text);
  if (terms !== null) return null;
  const rest = text.split(" ").filter((word) => word !== problem);
  const mended = mergeSpf([rest.join(" ")], smallest({ record, ctx, addresses }));
  const reasons = [reason("spf.syntax", { term: problem })];
  return { verdict: "different", reasons, found: [text], fix: { remove: [text], add: [mended] } };
}

/** Nothing to try it with: our own text is right, of any other nothing can be said. */
function untried({ record }: Subject, text: string): Opinion {
  const isOurs = words(text) === words(record.text);
  return { verdict: isOurs ? "ok" : "unknown", reasons: [reason("spf.unsure")], found: [text] };
}

const words = (text: string) => text.toLowerCase().split(/\s+/).sort().join(" ");

function refusal(subject: Subject, text: string, tried: readonly Tried[]): Opinion | null {
  const [temporary, permanent] = (["temperror", "permerror"] as const).map((result) =>
    tried.find(({ answer }) => answer.result === result),
  );
  if (permanent) return { ...broken(permanent.answer), found: [text] };
  if (temporary) {
    const name = temporary.answer.trouble?.name ?? subject.record.name;
    return { verdict: "unknown", reasons: [reason("spf.temporary", { name })], found: [text] };
  }
  const refused = tried.filter(({ answer }) => answer.result !== "pass");
  const [first] = refused;
  if (first === undefined) return null;
  const addresses = refused.map(({ ip }) => ip).join(", ");
  const merged = withOurs(subject, text, refused);
  // A domain that only receives needs us for what it forwards: one that forwards nothing is right with "-all".
  const isForwarder = subject.ctx.domain?.mode === "receive";
  return {
    verdict: isForwarder ? "weak" : "different",
    reasons: [reason("spf.notListed", { addresses, result: first.answer.result })],
    found: [text],
    fix: { remove: [text], add: [merged] },
  };
}

/** The record with ours put in. Where our name is in it already and does not lead to us, the addresses are. */
function withOurs(subject: Subject, text: string, refused: readonly Tried[]): string {
  const merged = mergeSpf([text], smallest(subject));
  if (merged !== text) return merged;
  const own = refused.map(({ ip }) => `${ip.includes(":") ? "ip6" : "ip4"}:${ip}`);
  return mergeSpf([text], ["v=spf1", ...own, "-all"].join(" "));
}

function broken({ trouble, lookups, voids }: SpfAnswer): Pick<Opinion, "verdict" | "reasons"> {
  if (lookups > MAX_LOOKUPS)
    return { verdict: "different", reasons: [reason("spf.tooManyLookups", { n: lookups })] };
  if (voids > MAX_VOIDS)
    return { verdict: "different", reasons: [reason("spf.voids", { n: voids })] };
  const { name = "", problem = "" } = trouble ?? {};
  return { verdict: "different", reasons: [reason("spf.broken", { name, problem })] };
}

/** Ours pass. What is left is how well the record serves everybody else. */
function strength({ record }: Subject, text: string, tree: SpfNode): Opinion {
  const closing = closingOf(tree);
  const weak = [...limits(tree), ...weaknesses(tree, closing)];
  const notes = closing === "~all" ? [reason("spf.soft")] : [];
  const isNear = tree.lookups >= MANY_LOOKUPS && tree.lookups <= MAX_LOOKUPS;
  const counted = isNear ? [reason("spf.lookups", { n: tree.lookups })] : [];
  const reasons = [...weak, ...notes, ...counted];
  if (closing === "+all") {
    const all = [reason("spf.allowsAll"), ...reasons];
    const add = [closed(text)];
    return { verdict: "different", reasons: all, found: [text], fix: { remove: [text], add } };
  }
  const verdict = weak.length > 0 ? "weak" : "ok";
  return { verdict, reasons, found: [text], fix: closingFix(text, closing, record.text) };
}

function limits(tree: SpfNode): Reason[] {
  const over = tree.lookups > MAX_LOOKUPS;
  return [
    ...(over ? [reason("spf.tooManyLookups", { n: tree.lookups })] : []),
    ...(tree.voids > MAX_VOIDS ? [reason("spf.voids", { n: tree.voids })] : []),
  ];
}

function weaknesses(tree: SpfNode, closing: string | null): Reason[] {
  const problem = firstProblem(tree);
  const isLasting = problem?.problem && problem.problem.kind !== "temporary";
  return [
    ...(isLasting
      ? [reason("spf.broken", { name: problem.name, problem: problem.problem?.kind ?? "" })]
      : []),
    ...(usesPtr(tree) ? [reason("spf.ptr")] : []),
    ...(closing === "?all" ? [reason("spf.neutral")] : []),
    ...(closing === null && !hasRedirect(tree) ? [reason("spf.open")] : []),
  ];
}

const hasRedirect = (tree: SpfNode) => tree.children.some(({ term }) => /^redirect=/i.test(term));

/** An end that says something, where there was none. */
function closingFix(text: string, closing: string | null, expected: string): FixValues | null {
  if (text === expected) return null;
  if (closing === "?all") return { remove: [text], add: [closed(text)] };
  if (closing !== null || /\bredirect=/i.test(text)) return null;
  return { remove: [text], add: [`${text.trimEnd()} -all`] };
}

/** The record with an end that refuses. */
const closed = (text: string) => text.replace(/(?<=\s)[+?]?all(?=\s|$)/i, "-all");
