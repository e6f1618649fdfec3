/**
 * Signing keys: RFC 6376 §3.6.1, RFC 8301, RFC 8463. Compared as decoded keys; spaces, quoting and the order of
 * tags do not matter. Where an alias is expected, the key at its end counts, and whether it is ours to change.
 */
import type { CheckResult } from "../check.ts";
import { isDkim, parseDkim, type DkimRecord } from "../dkim-record.ts";
import { reason, type Reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import type { Sight } from "../observer.ts";
import { aliasOf, type CheckContext } from "./context.ts";
import type { Opinion } from "./opinion.ts";
import { checkText, missing } from "./text.ts";

export function checkDkim(record: ExpectedRecord, ctx: CheckContext): Promise<CheckResult> {
  const text = record.orText ?? record.text;
  const target = record.data.type === "CNAME" ? record.data.value : null;
  return checkText(record, ctx, {
    name: record.name,
    version: "v=DKIM1",
    text,
    is: isDkim,
    tellsLength: true,
    judge: (found, sight) => byWay(judgeKey(text, found), { record, target, sight }),
    several: (found) => oneOfSeveral(text, found),
    none: (sight) => byWay(missing(record.name, record.data.type), { record, target, sight }),
  });
}

interface Way {
  readonly record: ExpectedRecord;
  /** Where the name has to lead; null: nowhere. */
  readonly target: string | null;
  readonly sight: Sight<string>;
}

/** Whoever's zone the key stands in has to mend it. */
function byWay(opinion: Opinion, { record, target, sight }: Way): Opinion {
  const isRight = opinion.verdict === "ok" || opinion.verdict === "weak";
  if (target === null) return opinion;
  if (sight.via.includes(target)) {
    if (isRight) return opinion;
    const reasons = [reason("dkim.target", { target }), ...opinion.reasons];
    return { ...opinion, verdict: "different", reasons, fix: null };
  }
  if (isRight)
    return { ...opinion, reasons: [...opinion.reasons, reason("dkim.direct", { target })] };
  const alias = aliasOf(sight);
  const remove = alias === null ? [] : [alias];
  const fix = { ...{ name: record.name, type: "CNAME", remove, add: [target] } };
  // A text in the way of the alias has to go first: it is named in `found`.
  return { ...opinion, fix };
}

function oneOfSeveral(text: string, found: readonly string[]): Opinion {
  const right = found.find((one) => judgeKey(text, one).verdict === "ok");
  const surplus = found.filter((one) => one !== right);
  const fix = { remove: surplus, add: right === undefined ? [text] : [] };
  const reasons = [reason("dkim.two", { n: found.length })];
  return { verdict: "conflict", reasons, found, fix };
}

function judgeKey(text: string, found: string): Opinion {
  const fix = { remove: [found], add: [text] };
  const wrong = (why: Reason): Opinion => ({
    ...{ verdict: "different", reasons: [why], found: [found], fix },
  });
  const wanted = parseDkim(text).record;
  const { record, problem } = parseDkim(found);
  if (wanted === null || record === null)
    return wrong(reason("dkim.syntax", { problem: problem ?? "" }));
  const why = whyOther(wanted, record);
  if (why !== null) return wrong(why);
  const reasons = weaknesses(record);
  const facts = { algorithm: record.k, bits: record.bits };
  if (reasons.length === 0) return { verdict: "ok", reasons, found: [found], facts };
  const isLength = reasons.every(({ key }) => key === "dkim.weak");
  return { verdict: "weak", reasons, found: [found], facts, fix: isLength ? null : fix };
}

/** RFC 8301 §3.2: verifiers must not accept less. */
const SHORTEST_BITS = 1024;
const WEAK_BITS = 2048;

function whyOther(wanted: DkimRecord, found: DkimRecord): Reason | null {
  // A key that we revoked: as long as the record holds it, whoever has it signs.
  if (wanted.p === "") return found.p === "" ? null : reason("dkim.notRevoked");
  if (found.p === "") return reason("dkim.revoked");
  if (found.k !== wanted.k) return reason("dkim.type", { found: found.k, expected: wanted.k });
  // Of the same octets only the padding may be missing, which harms nobody.
  const isSame = found.key !== null && wanted.key !== null && found.key.equals(wanted.key);
  const isCut = found.p.length < wanted.p.length && wanted.p.startsWith(found.p);
  if (!isSame && isCut) return reason("dkim.truncated", { n: found.p.length, m: wanted.p.length });
  if (found.key === null) return reason("dkim.encoding");
  if (!isSame) return reason("dkim.otherKey");
  if (found.restriction !== null) return reason("dkim.restricted", { tag: found.restriction });
  const { bits } = found;
  return found.k === "rsa" && bits !== null && bits < SHORTEST_BITS
    ? reason("dkim.short", { bits: String(bits) })
    : null;
}

function weaknesses({ k, bits, testing }: DkimRecord): Reason[] {
  const isWeak = k === "rsa" && bits !== null && bits < WEAK_BITS;
  return [
    ...(testing ? [reason("dkim.testing")] : []),
    ...(isWeak ? [reason("dkim.weak", { bits: String(bits) })] : []),
  ];
}
