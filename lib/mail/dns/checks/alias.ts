/**
 * Names that have to reach this server: mta-sts, autoconfig, autodiscover. A CNAME is expected; addresses of this
 * server, or an alias that has them, serve as well.
 */
import type { CheckResult } from "../check.ts";
import { canonicalAddress } from "../ip-address.ts";
import type { Look, Sight } from "../observer.ts";
import { reason, type Reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import { proxyOf } from "../web-proxies.ts";
import { aliasOf, ownAddresses, type CheckContext } from "./context.ts";
import { misplacedReasons } from "./misplaced.ts";
import type { Opinion } from "./opinion.ts";
import { resultOf } from "./result.ts";
import { missing } from "./text.ts";
import { hasAnswered, weigh } from "./weigh.ts";

export async function checkAlias(record: ExpectedRecord, ctx: CheckContext): Promise<CheckResult> {
  const { name, orAddresses } = record;
  const [four, six, own] = await Promise.all([
    ctx.observer.look(name, "A"),
    ctx.observer.look(name, "AAAA"),
    ownAddresses(ctx),
  ]);
  const ours = new Set([...orAddresses.map(canonicalAddress), ...own]);
  const weighed = await weigh(both(four, six), {
    judge: (addresses, sight) => judgeAlias({ record, ours }, addresses, sight),
    show: canonicalAddress,
    now: ctx.now,
  });
  const isWrong = weighed.verdict === "missing" || weighed.verdict === "different";
  if (!isWrong || record.need === "optional") return resultOf(record, weighed);
  const diagnoses = await misplacedReasons(record, ctx, {
    type: "A",
    recognise: (address) => ours.has(canonicalAddress(address)),
    show: canonicalAddress,
    found: weighed.found,
  });
  return resultOf(record, weighed, { diagnoses });
}

/** What one server says of both families. */
function both(four: Look<string>, six: Look<string>): Look<string> {
  const sights = four.sights.map((sight): Sight<string> => {
    const other = six.sights.find(
      ({ server, from, view }) =>
        server === sight.server && from === sight.from && view === sight.view,
    );
    if (other === undefined || !hasAnswered(other)) return sight;
    if (!hasAnswered(sight)) return other;
    return { ...sight, records: [...sight.records, ...other.records] };
  });
  return { name: four.name, sights };
}

interface Subject {
  readonly record: ExpectedRecord;
  readonly ours: ReadonlySet<string>;
}

function judgeAlias(
  { record, ours }: Subject,
  records: readonly string[],
  sight: Sight<string>,
): Opinion {
  const expected = record.text;
  if (sight.via.includes(expected)) return { verdict: "ok", reasons: [], found: [expected] };
  const addresses = records.map(canonicalAddress);
  const target = aliasOf(sight);
  const found = target === null ? addresses : [sight.via[0] ?? target];
  if (addresses.length === 0 && target === null) return missing(record.name, "CNAME");
  const others = addresses.filter((address) => !ours.has(address));
  if (addresses.length > 0 && others.length === 0) {
    const { name } = record;
    const same = target === null ? reason("alias.addresses", { name }) : null;
    const why = same ?? reason("alias.sameHost", { target: target ?? "" });
    return { verdict: "ok", reasons: [why], found };
  }
  return {
    ...wrong(record, others, { addresses, target }),
    found,
    fix: fixFor(record, found, target),
  };
}

function wrong(
  { name, text: expected }: ExpectedRecord,
  others: readonly string[],
  { addresses, target }: { readonly addresses: readonly string[]; readonly target: string | null },
): Pick<Opinion, "verdict" | "reasons"> {
  const provider = others.map(proxyOf).find((one) => one !== null);
  const leads: Reason = reason("alias.elsewhere", {
    found: target ?? addresses.join(", "),
    expected,
  });
  // A proxy may pass HTTPS on; whether it does is for the probe of the policy to say.
  if (provider) return { verdict: "weak", reasons: [reason("dns.proxied", { name, provider })] };
  if (others.length < addresses.length)
    return { verdict: "weak", reasons: [reason("alias.partly", { others: others.join(", ") })] };
  return { verdict: "different", reasons: [leads] };
}

/** An alias stands alone: what is there goes, and where it is no alias its type is said. */
function fixFor({ text }: ExpectedRecord, found: readonly string[], target: string | null) {
  const typed = (address: string) => `${address.includes(":") ? "AAAA" : "A"} ${address}`;
  return { remove: target === null ? found.map(typed) : found, add: [text] };
}
