/**
 * DANE: RFC 6698, RFC 7671, RFC 7672. Compared by usage, selector, matching type and data with the current key
 * and the next one. Without DNSSEC a TLSA record has no effect, and none is held against anybody.
 */
import type { TlsaRecord } from "../../ports.ts";
import type { CheckResult } from "../check.ts";
import type { Look } from "../observer.ts";
import { plainValue } from "../rdata.ts";
import { reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import type { CheckContext } from "./context.ts";
import { zoneFor } from "./misplaced.ts";
import type { Opinion } from "./opinion.ts";
import { resultOf } from "./result.ts";
import { missing } from "./text.ts";
import { weigh, type Weighed } from "./weigh.ts";

const show = (value: TlsaRecord) => plainValue({ type: "TLSA", value });

export async function checkTlsa(record: ExpectedRecord, ctx: CheckContext): Promise<CheckResult> {
  const [look, zone] = await Promise.all([
    ctx.observer.look(record.name, "TLSA"),
    zoneFor(record, ctx),
  ]);
  const weighed = await weigh(look, {
    judge: (values) => judgeTlsa(record, ctx, values),
    show,
    now: ctx.now,
  });
  const apex = zone.apex ?? record.name;
  if (zone.security === "unsigned")
    return resultOf(record, unjudged(weighed, "off", reason("tlsa.unsigned", { zone: apex })));
  if (zone.security === "unknown" && !isVouchedFor(look) && weighed.found.length > 0)
    return resultOf(
      record,
      unjudged(weighed, "unknown", reason("tlsa.cannotTell", { zone: apex })),
    );
  // Where one key is published and the other is not, its turn has come or will come.
  const isMissed = weighed.verdict === "missing" && weighed.found.length > 0;
  return resultOf(record, weighed, { isMissed });
}

const isVouchedFor = ({ sights }: Look<TlsaRecord>) =>
  sights.some(({ authenticated }) => authenticated);

function unjudged(
  weighed: Weighed,
  verdict: "off" | "unknown",
  why: Weighed["reasons"][number],
): Weighed {
  return { ...weighed, verdict, reasons: [why], fix: null };
}

function judgeTlsa(
  record: ExpectedRecord,
  { server }: CheckContext,
  values: readonly TlsaRecord[],
): Opinion {
  const found = values.map(show);
  const ours = (server.tlsa ?? []).map(show);
  const strangers = found.filter((value) => !ours.includes(value));
  if (found.includes(record.text)) {
    const n = strangers.length;
    return { verdict: "ok", reasons: n > 0 ? [reason("tlsa.extra", { n })] : [], found };
  }
  const name = record.name;
  if (values.length === 0) return missing(name, "TLSA");
  const isNext = ours.indexOf(record.text) > 0;
  if (strangers.length < found.length) {
    const coming = isNext ? [reason("tlsa.stillToCome")] : [];
    const none = missing(name, "TLSA");
    return { ...none, reasons: [...none.reasons, ...coming], found };
  }
  const fix = { remove: strangers, add: [record.text] };
  const usable = values.filter(isUsable);
  const why =
    usable.length === 0
      ? reason("tlsa.unusable", { value: found[0] ?? "" })
      : reason("tlsa.otherKey", { n: usable.length });
  return { verdict: "different", reasons: [why], found, fix };
}

/** RFC 7672 §3.1.3: PKIX usages mean nothing to a mail server. */
const isUsable = ({ usage }: TlsaRecord) => usage === 2 || usage === 3;
