/**
 * Where a record went that is not where it should be: one level too deep, without its underscores, at the
 * domain itself, in a zone that nobody asks. Looked for only when something is wrong.
 */
import type { RecordType, RecordValue } from "../../ports.ts";
import type { ZoneFacts } from "../observer.ts";
import { reason, type Reason } from "../reasons.ts";
import { relativeTo, type ExpectedRecord } from "../record.ts";
import { answerOf, type CheckContext } from "./context.ts";

export interface Search<T extends RecordType> {
  readonly type: T;
  /** Is that value the record that is missed, if it stood in the right place? */
  recognise(value: RecordValue[T]): boolean;
  show(value: RecordValue[T]): string;
  /** What was found in the right place, as shown. */
  readonly found: readonly string[];
}

export async function misplacedReasons<T extends RecordType>(
  record: ExpectedRecord,
  ctx: CheckContext,
  search: Search<T>,
): Promise<Reason[]> {
  const zone = await zoneFor(record, ctx);
  const origin = zone.apex;
  if (ctx.zone.exists === false && ctx.domain !== null && record.scope === "domain")
    return [reason("dns.domainGone", { domain: ctx.domain.name })];
  if (origin === null || record.scope === "reverse") return staleServers(zone);
  const everywhere = await wildcardValues(ctx, origin, search);
  const here = search.found.filter((value) => everywhere.includes(value));
  if (search.found.length > 0 && here.length === search.found.length)
    return [reason("dns.wildcard", { wildcard: `*.${origin}` }), ...staleServers(zone)];
  const place = { record, ctx, origin, search, everywhere };
  const [doubled, bare, apex] = await Promise.all([
    doubledReason(place),
    underscoreReason(place),
    apexReason(place),
  ]);
  const found = [doubled, bare, apex].filter((one) => one !== null);
  return [...found, ...(await wrongZone(record, ctx, found)), ...staleServers(zone)];
}

interface Place<T extends RecordType> {
  readonly record: ExpectedRecord;
  readonly ctx: CheckContext;
  readonly origin: string;
  readonly search: Search<T>;
  /** What a wildcard answers for any name. */
  readonly everywhere: readonly string[];
}

/** DNS hosts append the zone's name to whatever is entered. */
async function doubledReason<T extends RecordType>(place: Place<T>): Promise<Reason | null> {
  const { record, origin } = place;
  const found = `${record.name}.${origin}`;
  if (!(await isAt(place, found))) return null;
  const relative = relativeTo(origin, record.name);
  return reason("dns.doubled", { found, domain: origin, relative });
}

async function underscoreReason<T extends RecordType>(place: Place<T>): Promise<Reason | null> {
  const { record, origin } = place;
  const found = record.name.replaceAll("_", "");
  if (found === record.name || !(await isAt(place, found))) return null;
  return reason("dns.underscore", { found, relative: relativeTo(origin, record.name) });
}

async function apexReason<T extends RecordType>(place: Place<T>): Promise<Reason | null> {
  const { record, origin, search, ctx } = place;
  const domain = ctx.domain?.name ?? origin;
  const isBelow = record.name.endsWith(`.${domain}`);
  if (search.type !== "TXT" || !isBelow || !(await isAt(place, domain))) return null;
  return reason("dns.atApex", { domain, relative: relativeTo(origin, record.name) });
}

async function isAt<T extends RecordType>(
  { ctx, search, everywhere }: Place<T>,
  name: string,
): Promise<boolean> {
  const { records } = answerOf(await ctx.observer.look(name, search.type));
  return records.some(
    (value) => search.recognise(value) && !everywhere.includes(search.show(value)),
  );
}

/** Asks for a name that nobody has: what answers all the same answers for everything. */
async function wildcardValues<T extends RecordType>(
  { observer, now }: CheckContext,
  origin: string,
  { type, show }: Search<T>,
): Promise<string[]> {
  const label = `no-such-name-${now.getTime().toString(36)}`;
  return answerOf(await observer.look(`${label}.${origin}`, type)).records.map(show);
}

/** A zone of its own begins somewhere between the domain and the name. */
async function wrongZone(
  { name, scope }: ExpectedRecord,
  { observer, zone, domain }: CheckContext,
  found: readonly Reason[],
): Promise<Reason[]> {
  if (scope !== "domain" || domain === null || zone.apex === null || found.length > 0) return [];
  const { apex } = await observer.zoneOf(name);
  if (apex === null || apex === zone.apex) return [];
  return [reason("dns.wrongZone", { name, zone: apex, parent: zone.apex })];
}

/** The registry names other servers than the zone: somebody edits a zone that nobody is sent to. */
export function staleServers({ parentServers, ownServers }: ZoneFacts): Reason[] {
  if (parentServers.length === 0 || ownServers.length === 0) return [];
  if (parentServers.some((host) => ownServers.includes(host))) return [];
  const [delegated, own] = [parentServers.join(", "), ownServers.join(", ")];
  return [reason("dns.staleServers", { delegated, own })];
}

/** The zone that holds the record's name. */
export async function zoneFor(
  { name, scope }: ExpectedRecord,
  { zone, observer }: CheckContext,
): Promise<ZoneFacts> {
  const isOwn = zone.apex !== null && (name === zone.apex || name.endsWith(`.${zone.apex}`));
  return isOwn && scope !== "elsewhere" ? zone : observer.zoneOf(name);
}
