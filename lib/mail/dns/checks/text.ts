/**
 * Checks of TXT records of which one must be there: found among others at the name, told apart from spoilt
 * ones, and looked for in the wrong places when missed. What it has to say is each kind's own affair.
 */
import type { CheckResult } from "../check.ts";
import { reason, type Reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import type { Sight } from "../observer.ts";
import type { CheckContext } from "./context.ts";
import { isMeant, mangledReason } from "./mangled.ts";
import { misplacedReasons } from "./misplaced.ts";
import type { Opinion } from "./opinion.ts";
import { resultOf } from "./result.ts";
import { weigh, type Weighed } from "./weigh.ts";

export interface TextKind {
  readonly name: string;
  /** What the record starts with: "v=DMARC1". */
  readonly version: string;
  /** The text that is expected. */
  readonly text: string;
  /** A record of this kind, whatever it says. */
  is(text: string): boolean;
  /** It says itself when something is cut off: of a key, not of the text. */
  readonly tellsLength?: boolean;
  /** Exactly one is there. */
  judge(text: string, sight: Sight<string>): Opinion | Promise<Opinion>;
  /** More than one is there. */
  several(texts: readonly string[]): Opinion;
  /** None is there; absent: it is missing. */
  none?(sight: Sight<string>): Opinion | Promise<Opinion>;
}

export async function checkText(
  record: ExpectedRecord,
  ctx: CheckContext,
  kind: TextKind,
): Promise<CheckResult> {
  const look = await ctx.observer.look(record.name, "TXT");
  const weighed = await weigh(look, {
    judge: (texts, sight) => judgeTexts(kind, texts, sight),
    show: (text) => text,
    now: ctx.now,
  });
  const isWrong = ["missing", "different", "conflict"].includes(weighed.verdict);
  if (!isWrong || record.need === "optional") return resultOf(record, weighed);
  const diagnoses = await misplacedReasons(record, ctx, {
    type: "TXT",
    recognise: (text) => isMeant(kind.version, text),
    show: (text) => text,
    found: weighed.found,
  });
  const beside = await cnameBeside(record, ctx, weighed);
  return resultOf(record, beside.weighed, { diagnoses: [...beside.reasons, ...diagnoses] });
}

function judgeTexts(
  kind: TextKind,
  texts: readonly string[],
  sight: Sight<string>,
): Opinion | Promise<Opinion> {
  const ours = texts.filter((text) => kind.is(text));
  const [one] = ours;
  if (ours.length > 1) return kind.several(ours);
  if (one !== undefined) return explained(kind, one, sight);
  const meant = texts.filter((text) => isMeant(kind.version, text));
  const [spoilt] = meant;
  if (spoilt !== undefined) {
    const why = mangledReason(kind.text, spoilt) ?? reason("dns.different", { name: kind.name });
    const fix = { remove: meant, add: [kind.text] };
    return { verdict: "different", reasons: [why], found: meant, fix };
  }
  return kind.none?.(sight) ?? missing(kind.name, "TXT");
}

/** What is not acceptable may be just spoilt: then that is said first. */
async function explained(kind: TextKind, text: string, sight: Sight<string>): Promise<Opinion> {
  const opinion = await kind.judge(text, sight);
  if (opinion.verdict !== "different") return opinion;
  const why = mangledReason(kind.text, text);
  const isSaid = kind.tellsLength === true && why?.key === "dns.truncated";
  return why === null || isSaid ? opinion : { ...opinion, reasons: [why, ...opinion.reasons] };
}

export function missing(name: string, type: string): Opinion {
  return { verdict: "missing", reasons: [reason("dns.missing", { name, type })], found: [] };
}

/** RFC 1034 §3.6.2: an alias stands alone. Some servers let it stand beside other data all the same. */
export async function cnameBeside(
  { name, data, scope }: ExpectedRecord,
  { observer, domain }: CheckContext,
  weighed: Weighed,
): Promise<{ readonly weighed: Weighed; readonly reasons: Reason[] }> {
  const none = { weighed, reasons: [] };
  if (data.type === "CNAME" || scope === "reverse") return none;
  const look = await observer.look(name, "CNAME");
  const target = look.sights.find(({ records }) => records.length > 0)?.records[0];
  if (target === undefined) return none;
  const conflict = { ...weighed, verdict: "conflict" as const, fix: removal(name, target) };
  if (name === domain?.name)
    return { weighed: conflict, reasons: [reason("dns.cnameApex", { name, target })] };
  if (weighed.found.length > 0 && weighed.answers.every(({ via }) => via.length === 0))
    return { weighed: conflict, reasons: [reason("dns.cnameBeside", { name, target })] };
  return { weighed, reasons: [reason("dns.cname", { name, target })] };
}

const removal = (name: string, target: string) => ({
  ...{ name, type: "CNAME", remove: [target], add: [] },
});
