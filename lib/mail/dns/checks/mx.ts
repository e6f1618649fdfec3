/**
 * Mail exchanges: RFC 5321 §5.1, RFC 7505 (null MX), RFC 2181 §10.3 (no alias). Compared as a set of hosts and
 * by their order; the numbers themselves do not matter. Other hosts are named, by provider where known.
 */
import { isIP } from "node:net";
import type { MxRecord } from "../../ports.ts";
import type { CheckResult } from "../check.ts";
import { exchangesOf } from "../domain-records.ts";
import { mxProvider } from "../mx-providers.ts";
import { reason, type Reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import { addressesOf, answerFor, ownAddresses, type CheckContext } from "./context.ts";
import { misplacedReasons } from "./misplaced.ts";
import type { Opinion } from "./opinion.ts";
import { resultOf } from "./result.ts";
import { cnameBeside, missing } from "./text.ts";
import { weigh } from "./weigh.ts";

export async function checkMx(record: ExpectedRecord, ctx: CheckContext): Promise<CheckResult> {
  const look = await ctx.observer.look(record.name, "MX");
  const judge = (records: readonly MxRecord[]) => judgeMx(record, ctx, records);
  const weighed = await weigh(look, { judge, show: showMx, now: ctx.now });
  const { verdict, found } = weighed;
  // At the top of a domain an alias is wrong whatever else is seen.
  const beside = await cnameBeside(record, ctx, weighed);
  if (verdict !== "missing" && verdict !== "different")
    return resultOf(record, beside.weighed, { diagnoses: beside.reasons });
  const search = { type: "MX", recognise: isOurs(record), show: showMx, found } as const;
  const diagnoses = await misplacedReasons(record, ctx, search);
  return resultOf(record, beside.weighed, { diagnoses: [...beside.reasons, ...diagnoses] });
}

const bare = (host: string) => host.toLowerCase().replace(/\.$/, "");
const isNull = ({ exchange }: MxRecord) => bare(exchange) === "";
const showMx = ({ preference, exchange }: MxRecord) => `${preference} ${bare(exchange) || "."}`;

function isOurs({ data }: ExpectedRecord) {
  const host = data.type === "MX" ? bare(data.value.exchange) : "";
  return ({ exchange }: MxRecord) => bare(exchange) === host;
}

async function judgeMx(
  record: ExpectedRecord,
  ctx: CheckContext,
  records: readonly MxRecord[],
): Promise<Opinion> {
  if (records.length === 0) return missing(record.name, "MX");
  const found = records.map(showMx);
  const all = exchangesOf(ctx.server);
  const isKnown = ({ exchange }: MxRecord) => all.some(({ host }) => host === bare(exchange));
  const others = records.filter((one) => !isKnown(one));
  const mine = records.find(isOurs(record));
  const remove = others.map(showMx);
  if (mine === undefined) {
    const fix = { remove, add: all.map(({ host, preference }) => `${preference} ${host}`) };
    return { found, fix, ...(await instead(record, ctx, others)) };
  }
  const fix = { remove, add: [] };
  // RFC 7505 §3: beside others it is an error, and to some senders it is the answer.
  if (others.some(isNull)) return { verdict: "conflict", reasons: [reason("mx.null")], found, fix };
  const reasons = [...preferred(mine, others), ...outOfOrder(mine, records, ctx), ...extra(others)];
  if (others.length > 0) return { verdict: "different", reasons, found, fix };
  return { verdict: reasons.length > 0 ? "weak" : "ok", reasons, found };
}

function extra(others: readonly MxRecord[]): Reason[] {
  const hosts = others.map(({ exchange }) => named(bare(exchange))).join(", ");
  return others.length === 0 ? [] : [reason("mx.extra", { hosts })];
}

const named = (host: string) => {
  const provider = mxProvider(host);
  return provider === null ? host : `${host} (${provider})`;
};

/** Strangers with a smaller number get the mail first. */
function preferred(mine: MxRecord, others: readonly MxRecord[]): Reason[] {
  const first = others.find(({ preference }) => preference < mine.preference);
  return first ? [reason("mx.first", { host: bare(first.exchange) })] : [];
}

/** Hosts of ours in another order than they are meant to be tried in. */
function outOfOrder(mine: MxRecord, records: readonly MxRecord[], ctx: CheckContext): Reason[] {
  const all = exchangesOf(ctx.server);
  const rank = (exchange: string) => all.find(({ host }) => host === bare(exchange))?.preference;
  const own = rank(mine.exchange) ?? 0;
  const first = records.find(
    ({ exchange, preference }) => (rank(exchange) ?? 0) > own && preference < mine.preference,
  );
  return first ? [reason("mx.first", { host: bare(first.exchange) })] : [];
}

type Verdict = Pick<Opinion, "verdict" | "reasons">;

/** Ours is not among them. What is there instead, and does it reach us all the same? */
async function instead(
  record: ExpectedRecord,
  ctx: CheckContext,
  others: readonly MxRecord[],
): Promise<Verdict> {
  const wrong = (why: Reason): Verdict => ({ verdict: "different", reasons: [why] });
  const [first] = [...others].sort((a, b) => a.preference - b.preference);
  if (first === undefined) return { verdict: "missing", reasons: [] };
  const host = bare(first.exchange);
  if (isNull(first)) return wrong(reason("mx.null"));
  if (isIP(host) !== 0 || /^[\d.]+$/.test(host))
    return wrong(reason("mx.literal", { value: host }));
  const provider = mxProvider(host);
  if (provider !== null) return wrong(reason("mx.provider", { provider, host }));
  const [own, there] = await Promise.all([ownAddresses(ctx), addressesOf(ctx, host)]);
  if (there?.length === 0) return wrong(reason("mx.noAddress", { host }));
  const reaches = there !== null && own.length > 0 && there.every((one) => own.includes(one));
  if (!reaches) return wrong(reason("mx.elsewhere", { host }));
  const expected = record.data.type === "MX" ? record.data.value.exchange : "";
  const [target] = (await answerFor(ctx, host, "CNAME")).records;
  const why =
    target === undefined
      ? reason("mx.otherName", { host, expected })
      : reason("mx.cname", { host, target });
  return { verdict: others.length === 1 ? "weak" : "different", reasons: [why] };
}
