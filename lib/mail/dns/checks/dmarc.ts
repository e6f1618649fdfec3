/**
 * The DMARC policy of a domain: RFC 9989. The record that applies is found by the tree walk; it is compared
 * with the policy that is set here by strictness, and by whether the reports come here.
 */
import type { CheckResult } from "../check.ts";
import type { DmarcDisposition } from "../dmarc.ts";
import { mendDmarc } from "../dmarc-mend.ts";
import { isDmarc, parseDmarc, type DmarcRecord } from "../dmarc-record.ts";
import { reason, type Reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import { isSameAddress, type ReportUris } from "../report-uri.ts";
import type { CheckContext } from "./context.ts";
import { walkDmarc } from "./dmarc-walk.ts";
import type { Opinion } from "./opinion.ts";
import { checkText, missing } from "./text.ts";

export function checkDmarc(record: ExpectedRecord, ctx: CheckContext): Promise<CheckResult> {
  const wanted = parseDmarc(record.text).record;
  return checkText(record, ctx, {
    name: record.name,
    version: "v=DMARC1",
    text: record.text,
    is: isDmarc,
    judge: (text) => judgeRecord(record.text, wanted, text),
    several: (texts) => ({
      verdict: "conflict",
      reasons: [reason("dmarc.two", { n: texts.length })],
      found: texts,
      fix: { remove: texts, add: [mendDmarc(texts[0] ?? "", record.text)] },
    }),
    none: () => inherited(record, ctx, wanted),
  });
}

function judgeRecord(expected: string, wanted: DmarcRecord | null, text: string): Opinion {
  const { record, problem } = parseDmarc(text);
  const fix = { remove: [text], add: [mendDmarc(text, expected)] };
  if (record === null || wanted === null) {
    const reasons = [reason("dmarc.syntax", { problem: problem ?? "" })];
    return { verdict: "different", reasons, found: [text], fix };
  }
  const weak = [
    ...weaker(wanted, record),
    ...alignment(wanted, record),
    ...reports(wanted.rua, record.rua),
    ...reports(wanted.ruf, record.ruf),
    ...leftovers(record),
  ];
  const notes = [
    ...stricter(wanted, record),
    ...(record.testing && wanted.testing ? [reason("dmarc.testing")] : []),
  ];
  const facts = factsOf(record);
  if (weak.length === 0) return { verdict: "ok", reasons: notes, found: [text], facts };
  return { verdict: "weak", reasons: [...weak, ...notes], found: [text], facts, fix };
}

function factsOf(record: DmarcRecord) {
  const { p, sp, np, testing, rua } = record;
  return { policy: p, sp, np, testing, rua: rua.uris.map(({ text }) => text) };
}

const RANK: Record<DmarcDisposition, number> = { none: 0, quarantine: 1, reject: 2 };
const PARTS = ["p", "sp", "np"] as const;

function weaker(wanted: DmarcRecord, found: DmarcRecord): Reason[] {
  const below = PARTS.filter((part) => RANK[found[part]] < RANK[wanted[part]]).slice(0, 1);
  const reasons = below.map((part) => reason("dmarc.weaker", both(part, wanted, found)));
  // "t=y" makes receivers one step milder; where that is what was set, nothing is wrong.
  const isOnlyTest = found.testing && !wanted.testing && found.p !== "none";
  return isOnlyTest ? [...reasons, reason("dmarc.testing")] : reasons;
}

function stricter(wanted: DmarcRecord, found: DmarcRecord): Reason[] {
  const above = PARTS.filter((part) => RANK[found[part]] > RANK[wanted[part]]).slice(0, 1);
  return above.map((part) => reason("dmarc.stricter", both(part, wanted, found)));
}

const both = (part: (typeof PARTS)[number], wanted: DmarcRecord, found: DmarcRecord) => ({
  found: `${part}=${found[part]}`,
  expected: `${part}=${wanted[part]}`,
});

function alignment(wanted: DmarcRecord, found: DmarcRecord): Reason[] {
  const name = ({ strictDkim, strictSpf }: DmarcRecord) =>
    `adkim=${strictDkim ? "s" : "r"}, aspf=${strictSpf ? "s" : "r"}`;
  if (name(wanted) === name(found)) return [];
  return [reason("dmarc.alignment", { found: name(found), expected: name(wanted) })];
}

function reports(wanted: ReportUris, found: ReportUris): Reason[] {
  const missed = wanted.uris.filter(
    ({ address }) => !found.uris.some((uri) => isSameAddress(uri.address, address)),
  );
  if (missed.length === 0) return [];
  const expected = missed.map(({ address }) => address).join(", ");
  if (found.uris.length === 0) return [reason("dmarc.noReports", { expected })];
  const elsewhere = found.uris.map(({ address, text }) => address || text).join(", ");
  return [reason("dmarc.reportsElsewhere", { found: elsewhere, expected })];
}

function leftovers({ obsolete, rua, ruf }: DmarcRecord): Reason[] {
  const bad = [...rua.bad, ...ruf.bad].slice(0, 1);
  return [
    ...(obsolete.length > 0 ? [reason("dmarc.obsolete", { tags: obsolete.join(", ") })] : []),
    ...bad.map((uri) => reason("dmarc.badUri", { uri })),
  ];
}

/** No record of its own: that of the organisation applies, with what it says of sub-domains (§4.10.1). */
async function inherited(
  record: ExpectedRecord,
  ctx: CheckContext,
  wanted: DmarcRecord | null,
): Promise<Opinion> {
  const none = missing(record.name, "TXT");
  const name = ctx.domain?.name ?? record.name.replace(/^_dmarc\./, "");
  const { applies } = await walkDmarc(ctx, name);
  if (applies === null) return none;
  const policy = applies.record.sp;
  const reasons = [reason("dmarc.inherited", { name: applies.at, policy })];
  const facts = { ...factsOf(applies.record), policy, at: applies.at };
  const isEnough = wanted !== null && RANK[policy] >= RANK[wanted.p] && policy !== "none";
  if (!isEnough) return { ...none, reasons: [...none.reasons, ...reasons], facts };
  return { verdict: "weak", reasons, found: [], facts, fix: { remove: [], add: [record.text] } };
}

/** Consent of another domain to get reports: RFC 9990 §4. */
export function checkConsent(record: ExpectedRecord, ctx: CheckContext): Promise<CheckResult> {
  const ok = (texts: readonly string[]): Opinion => ({ verdict: "ok", reasons: [], found: texts });
  return checkText(record, ctx, {
    name: record.name,
    version: "v=DMARC1",
    text: record.text,
    is: isDmarc,
    judge: (text) => ok([text]),
    several: ok, // §4: one that is valid is enough
    none: () => unconsented(record, ctx),
  });
}

async function unconsented(record: ExpectedRecord, ctx: CheckContext): Promise<Opinion> {
  const [domain = "", host = ""] = record.name.split("._report._dmarc.");
  const [own, theirs] = await Promise.all([walkDmarc(ctx, domain), walkDmarc(ctx, host)]);
  if (own.organisation === theirs.organisation) {
    const reasons = [reason("dmarc.consentNotNeeded", { domain: own.organisation })];
    return { verdict: "ok", reasons, found: [] };
  }
  const none = missing(record.name, "TXT");
  return { ...none, reasons: [reason("dmarc.consentMissing", { domain, host }), ...none.reasons] };
}
