/**
 * The host's addresses and their names in the reverse zone (RFC 1912 §2.1; receivers ask for both directions).
 * An address that the world does not see (behind NAT, in a container) cannot be judged from here: unknown.
 */
import type { CheckResult } from "../check.ts";
import { canonicalAddress } from "../ip-address.ts";
import { reason, type Reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import { proxyOf } from "../web-proxies.ts";
import { addressesOf, answerFor, isVisible, type CheckContext } from "./context.ts";
import { misplacedReasons } from "./misplaced.ts";
import type { Opinion } from "./opinion.ts";
import { resultOf } from "./result.ts";
import { cnameBeside, missing } from "./text.ts";
import { weigh, type Weighed } from "./weigh.ts";

const unseen = (address: string): Weighed => ({
  ...{ verdict: "unknown", reasons: [reason("host.private", { address })] },
  ...{ found: [], answers: [] },
});

export async function checkHostAddress(
  record: ExpectedRecord,
  ctx: CheckContext,
): Promise<CheckResult> {
  const { data, name } = record;
  if (data.type !== "A" && data.type !== "AAAA") throw new TypeError(`${record.id} is no address`);
  const wanted = canonicalAddress(data.value);
  if (!isVisible(ctx, wanted)) return resultOf(record, unseen(wanted));
  const look = await ctx.observer.look(name, data.type);
  const weighed = await weigh(look, {
    judge: (addresses) => judgeAddresses(record, ctx, addresses.map(canonicalAddress)),
    show: canonicalAddress,
    now: ctx.now,
  });
  const target = look.sights.find(({ via }) => via.length > 0)?.via.at(-1);
  const alias = target === undefined ? [] : [reason("host.cname", { name, target })];
  const isWrong = weighed.verdict === "missing" || weighed.verdict === "different";
  if (!isWrong) {
    const verdict = alias.length > 0 && weighed.verdict === "ok" ? "weak" : weighed.verdict;
    return resultOf(record, { ...weighed, verdict }, { diagnoses: alias });
  }
  const beside = await cnameBeside(record, ctx, weighed);
  const diagnoses = await misplacedReasons(record, ctx, {
    type: data.type,
    recognise: (address) => canonicalAddress(address) === wanted,
    show: canonicalAddress,
    found: weighed.found,
  });
  return resultOf(record, beside.weighed, { diagnoses: [...alias, ...diagnoses] });
}

function judgeAddresses(
  { data, name }: ExpectedRecord,
  { server }: CheckContext,
  found: readonly string[],
): Opinion {
  const wanted = data.type === "A" || data.type === "AAAA" ? canonicalAddress(data.value) : "";
  const known = [...(server.ipv4 ?? []), ...(server.ipv6 ?? [])].map(canonicalAddress);
  const others = found.filter((address) => address !== wanted && !known.includes(address));
  if (found.includes(wanted)) {
    const extra = others.join(", ");
    const reasons = others.length > 0 ? [reason("host.extra", { name, extra })] : [];
    return { verdict: "ok", reasons, found };
  }
  if (others.length === 0) return { ...missing(name, data.type), found };
  const fix = { remove: others, add: [wanted] };
  return { verdict: "different", reasons: elsewhere(name, others), found, fix };
}

function elsewhere(name: string, found: readonly string[]): Reason[] {
  const provider = found.map(proxyOf).find((one) => one !== null);
  const other = reason("host.other", { name, found: found.join(", ") });
  return provider ? [reason("dns.proxied", { name, provider }), other] : [other];
}

export async function checkHostPointer(
  record: ExpectedRecord,
  ctx: CheckContext,
): Promise<CheckResult> {
  const address = addressOf(record, ctx);
  if (address === null || !isVisible(ctx, address))
    return resultOf(record, unseen(address ?? record.name));
  const look = await ctx.observer.look(record.name, "PTR");
  const weighed = await weigh(look, {
    judge: (names) => judgePointer({ record, ctx, address }, names.map(lower)),
    show: lower,
    now: ctx.now,
  });
  return resultOf(record, weighed);
}

const lower = (name: string) => name.toLowerCase().replace(/\.$/, "");

/** "hostPointer:192.0.2.1" */
function addressOf({ id }: ExpectedRecord, { server }: CheckContext): string | null {
  const all = [...(server.ipv4 ?? []), ...(server.ipv6 ?? [])];
  const found = all.find((address) => id === `hostPointer:${address}`);
  return found === undefined ? null : canonicalAddress(found);
}

interface Pointer {
  readonly record: ExpectedRecord;
  readonly ctx: CheckContext;
  readonly address: string;
}

async function judgePointer(
  { record, ctx, address }: Pointer,
  names: readonly string[],
): Promise<Opinion> {
  const expected = record.text;
  if (names.length === 0) return missing(record.name, "PTR");
  const others = names.filter((name) => name !== expected);
  if (!names.includes(expected)) {
    const reasons = [reason("ptr.other", { found: others.join(", "), expected })];
    const fix = { remove: others, add: [expected] };
    return { verdict: "different", reasons, found: names, fix };
  }
  const also = others.length > 0 ? [reason("ptr.also", { others: others.join(", ") })] : [];
  const type = address.includes(":") ? "AAAA" : "A";
  const forward = await answerFor(ctx, expected, type);
  const leadsBack = forward.records.some((one) => canonicalAddress(one) === address);
  if (leadsBack) return { verdict: "ok", reasons: also, found: names };
  if ((await addressesOf(ctx, expected)) === null)
    return { verdict: "unknown", reasons: [reason("dns.noAnswer", { n: 1 })], found: names };
  const why = reason("ptr.noForward", { name: expected, address });
  return { verdict: "different", reasons: [why, ...also], found: names };
}
