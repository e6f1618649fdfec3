/** SRV of mail services: RFC 6186, RFC 8314 §5.1, and RFC 2782 for "." (not offered). Weights do not matter. */
import type { RecordValue } from "../../ports.ts";
import type { CheckResult } from "../check.ts";
import { plainValue } from "../rdata.ts";
import { reason } from "../reasons.ts";
import type { ExpectedRecord } from "../record.ts";
import { addressesOf, ownAddresses, type CheckContext } from "./context.ts";
import { misplacedReasons } from "./misplaced.ts";
import type { Opinion } from "./opinion.ts";
import { resultOf } from "./result.ts";
import { missing } from "./text.ts";
import { weigh } from "./weigh.ts";

type Srv = RecordValue["SRV"];

const bare = (target: string) => target.toLowerCase().replace(/\.$/, "");
const show = (value: Srv) =>
  plainValue({ type: "SRV", value: { ...value, target: bare(value.target) } });
const isOff = ({ target }: Srv) => bare(target) === "";

export async function checkService(
  record: ExpectedRecord,
  ctx: CheckContext,
): Promise<CheckResult> {
  const look = await ctx.observer.look(record.name, "SRV");
  const judge = (found: readonly Srv[]) =>
    record.kind === "serviceOff" ? judgeOff(record, found) : judgeOffered(record, ctx, found);
  const weighed = await weigh(look, { judge, show, now: ctx.now });
  const isWrong = weighed.verdict === "missing" || weighed.verdict === "different";
  if (!isWrong || record.need === "optional") return resultOf(record, weighed);
  const recognise = (value: Srv) => show(value) === record.text;
  const search = { type: "SRV", recognise, show, found: weighed.found } as const;
  return resultOf(record, weighed, { diagnoses: await misplacedReasons(record, ctx, search) });
}

/** RFC 6186 §3.4: no record says as much as ".", to those who do not guess. */
function judgeOff(record: ExpectedRecord, values: readonly Srv[]): Opinion {
  const found = values.map(show);
  if (values.length === 0) return missing(record.name, "SRV");
  const offered = values.filter((value) => !isOff(value));
  if (offered.length === 0) return { verdict: "ok", reasons: [], found };
  const hosts = offered.map(({ target, port }) => `${bare(target)}:${port}`).join(", ");
  const fix = { remove: offered.map(show), add: [record.text] };
  return { verdict: "weak", reasons: [reason("srv.offered", { found: hosts })], found, fix };
}

async function judgeOffered(
  record: ExpectedRecord,
  ctx: CheckContext,
  values: readonly Srv[],
): Promise<Opinion> {
  const found = values.map(show);
  if (record.data.type !== "SRV" || values.length === 0) return missing(record.name, "SRV");
  const { target, port } = record.data.value;
  const fix = { remove: found, add: [record.text] };
  if (values.every(isOff))
    return { verdict: "different", reasons: [reason("srv.off")], found, fix };
  const right = values.find((value) => bare(value.target) === target && value.port === port);
  if (right) {
    const others = values.filter((value) => value !== right).map(({ target: host }) => bare(host));
    const extra = others.length > 0 ? [reason("srv.extra", { found: others.join(", ") })] : [];
    return { verdict: "ok", reasons: extra, found };
  }
  const sameHost = values.find((value) => bare(value.target) === target);
  if (sameHost) {
    const reasons = [reason("srv.port", { found: String(sameHost.port), expected: String(port) })];
    return { verdict: "different", reasons, found, fix };
  }
  const host = bare(values[0]?.target ?? "");
  if (values[0]?.port === port && (await reachesUs(ctx, host)))
    return { verdict: "ok", reasons: [reason("srv.sameHost", { found: host })], found };
  const reasons = [reason("srv.target", { found: host, expected: target })];
  return { verdict: "different", reasons, found, fix };
}

async function reachesUs(ctx: CheckContext, host: string): Promise<boolean> {
  const [own, there] = await Promise.all([ownAddresses(ctx), addressesOf(ctx, host)]);
  return there !== null && there.length > 0 && there.every((address) => own.includes(address));
}
