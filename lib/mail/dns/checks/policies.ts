/** The TXT records of MTA-STS (RFC 8461 §3.1), TLS reports (RFC 8460 §3) and the logo (BIMI). */
import { parseBimi } from "../bimi.ts";
import type { CheckResult } from "../check.ts";
import { reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import { isSameAddress } from "../report-uri.ts";
import { isSts, parseStsRecord } from "../sts-record.ts";
import { isTlsReports, parseTlsReports } from "../tls-report-record.ts";
import type { CheckContext } from "./context.ts";
import { walkDmarc } from "./dmarc-walk.ts";
import type { Opinion } from "./opinion.ts";
import { checkText } from "./text.ts";

export function checkStsRecord(record: ExpectedRecord, ctx: CheckContext): Promise<CheckResult> {
  return checkText(record, ctx, {
    name: record.name,
    version: "v=STSv1",
    text: record.text,
    is: isSts,
    judge: (text) => judgeSts(record.text, text),
    several: (texts) => ({
      verdict: "conflict",
      reasons: [reason("sts.two", { n: texts.length })],
      found: texts,
      fix: { remove: texts, add: [record.text] },
    }),
  });
}

function judgeSts(expected: string, text: string): Opinion {
  const fix = { remove: [text], add: [expected] };
  const { id: found, problem } = parseStsRecord(text);
  const wanted = parseStsRecord(expected).id ?? "";
  if (found === null) {
    const reasons = [reason("sts.syntax", { problem })];
    return { verdict: "different", reasons, found: [text], fix };
  }
  if (found === wanted) return { verdict: "ok", reasons: [], found: [text], facts: { id: found } };
  const reasons = [reason("sts.otherId", { found, expected: wanted })];
  return { verdict: "different", reasons, found: [text], fix, facts: { id: found } };
}

export function checkTlsReports(record: ExpectedRecord, ctx: CheckContext): Promise<CheckResult> {
  return checkText(record, ctx, {
    name: record.name,
    version: "v=TLSRPTv1",
    text: record.text,
    is: isTlsReports,
    judge: (text) => judgeTlsReports(record.text, text),
    several: (texts) => ({
      verdict: "conflict",
      reasons: [reason("tlsrpt.two", { n: texts.length })],
      found: texts,
      fix: { remove: texts, add: [record.text] },
    }),
  });
}

function judgeTlsReports(expected: string, text: string): Opinion {
  const { rua, problem } = parseTlsReports(text);
  if (rua === null) {
    const reasons = [reason("tlsrpt.syntax", { problem })];
    return {
      verdict: "different",
      reasons,
      found: [text],
      fix: { remove: [text], add: [expected] },
    };
  }
  const wanted = parseTlsReports(expected).rua ?? [];
  const missed = wanted.filter(
    ({ address }) => !rua.some((uri) => isSameAddress(uri.address, address)),
  );
  if (missed.length === 0) return { verdict: "ok", reasons: [], found: [text] };
  const found = rua.map(({ address, text: uri }) => address || uri).join(", ");
  const ours = missed.map(({ address }) => address).join(", ");
  const all = [...rua, ...missed].map(({ text: uri }) => uri).join(",");
  return {
    verdict: "weak",
    reasons: [reason("tlsrpt.elsewhere", { found, expected: ours })],
    found: [text],
    fix: { remove: [text], add: [`v=TLSRPTv1; rua=${all}`] },
  };
}

export function checkBimi(record: ExpectedRecord, ctx: CheckContext): Promise<CheckResult> {
  return checkText(record, ctx, {
    name: record.name,
    version: "v=BIMI1",
    text: record.text,
    is: (text) => /^v=BIMI1\s*(?:;|$)/.test(text),
    judge: (text) => judgeBimi(record, ctx, text),
    several: (texts) => ({
      verdict: "conflict",
      reasons: [reason("bimi.syntax", { problem: `${texts.length} × v=BIMI1` })],
      found: texts,
      fix: { remove: texts, add: [record.text] },
    }),
  });
}

async function judgeBimi(
  { text: expected }: ExpectedRecord,
  ctx: CheckContext,
  text: string,
): Promise<Opinion> {
  const fix = { remove: [text], add: [expected] };
  const [read, wanted] = [parseBimi(text), parseBimi(expected)];
  if (read.problem !== null || wanted.problem !== null) {
    const reasons = [reason("bimi.syntax", { problem: read.problem ?? "" })];
    return { verdict: "different", reasons, found: [text], fix };
  }
  if (read.location !== wanted.location || read.authority !== wanted.authority) {
    const reasons = [reason("bimi.other", { found: read.location })];
    return { verdict: "different", reasons, found: [text], fix };
  }
  const { applies } = await walkDmarc(ctx, ctx.domain?.name ?? "");
  const policy = applies?.record.p ?? "none";
  // Nobody is wrong: the logo waits for the policy.
  const reasons = policy === "none" ? [reason("bimi.needsPolicy", { policy })] : [];
  return { verdict: "ok", reasons, found: [text] };
}
