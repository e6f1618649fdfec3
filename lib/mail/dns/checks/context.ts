/** What checks of records need beside the record: where to look, and what is known already. */
import type { DnsAnswer, RecordType, RecordValue } from "../../ports.ts";
import { canonicalAddress, isPublicAddress } from "../ip-address.ts";
import type { Look, Observer, Sight, ZoneFacts } from "../observer.ts";
import type { DomainSettings, ServerSettings } from "../settings.ts";
import { hasAnswered, speaks } from "./weigh.ts";

export interface CheckContext {
  readonly observer: Observer;
  /** Null: the server's own records are checked. */
  readonly domain: DomainSettings | null;
  readonly server: ServerSettings;
  /** Of the domain's zone, or of the host's. */
  readonly zone: ZoneFacts;
  readonly now: Date;
  readonly signal?: AbortSignal;
  /** An installation inside a site: its private addresses are what its world sees. */
  readonly allowPrivate?: boolean;
}

/** Asks each question once, however many records it is for, and hands the signal on. */
export function remembering({ observer, signal }: CheckContext): Observer {
  const known = new Map<string, unknown>();
  const once = <V>(key: string, make: () => Promise<V>): Promise<V> => {
    const kept = known.get(key);
    if (kept instanceof Promise) return kept;
    const made = make();
    known.set(key, made);
    return made;
  };
  return {
    zoneOf: (name) => once(`zone ${name}`, () => observer.zoneOf(name, signal)),
    look: (name, type) => once(`look ${name} ${type}`, () => observer.look(name, type, signal)),
    ask: (name, type) => once(`ask ${name} ${type}`, () => observer.ask(name, type, signal)),
  };
}

/** One answer of a look: the first authority's, else the resolver's, else what went wrong. */
export function answerOf<T>({ sights }: Look<T>): DnsAnswer<T> {
  const [first] = sights;
  const best =
    sights.find((sight) => sight.view === "authority" && speaks(sight)) ??
    sights.find(speaks) ??
    first;
  return best ?? { rcode: "TIMEOUT", records: [], authenticated: false, ttl: 0, from: "" };
}

/**
 * One answer: for names near us by their authority, so that what was just published counts; for others by the
 * resolver, so that the servers of a top level are not all asked about each of our domains.
 */
export async function answerFor<T extends RecordType>(
  { observer, domain, server, zone }: CheckContext,
  name: string,
  type: T,
): Promise<DnsAnswer<RecordValue[T]>> {
  const apex = zone.apex !== null && zone.apex.includes(".") ? [zone.apex] : [];
  const near = [server.hostName, ...apex, ...(domain ? [domain.name] : [])];
  const isNear = near.some((own) => name === own || name.endsWith(`.${own}`));
  return isNear ? answerOf(await observer.look(name, type)) : observer.ask(name, type);
}

/** A and AAAA of a name; null when nobody could say. */
export async function addressesOf(ctx: CheckContext, name: string): Promise<string[] | null> {
  const answers = await Promise.all([answerFor(ctx, name, "A"), answerFor(ctx, name, "AAAA")]);
  if (!answers.some(hasAnswered)) return null;
  return answers.flatMap(({ records }) => records.map(canonicalAddress));
}

/** May the world see that address? */
export const isVisible = ({ allowPrivate = false }: CheckContext, address: string) =>
  allowPrivate || isPublicAddress(address);

/** The server's addresses as the world sees them: those that are set, else those that its name has. */
export async function ownAddresses(ctx: CheckContext): Promise<string[]> {
  const { ipv4 = [], ipv6 = [], hostName } = ctx.server;
  const visible = (addresses: readonly string[]) =>
    addresses.map(canonicalAddress).filter((address) => isVisible(ctx, address));
  const set = visible([...ipv4, ...ipv6]);
  return set.length > 0 ? set : visible((await addressesOf(ctx, hostName)) ?? []);
}

/** The last name that CNAMEs led to, or null. */
export const aliasOf = ({ via }: Pick<Sight<unknown>, "via">) => via.at(-1) ?? null;
