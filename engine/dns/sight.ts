/** One question asked of one authority or of the resolver, as a `Sight`; CNAMEs that leave the zone are followed. */
import type { Rcode, RecordType, RecordValue } from "../../lib/mail/ports.ts";
import type { Sight } from "../../lib/mail/dns/observer.ts";
import { readAnswer, type ReadAnswer } from "./answer.ts";
import type { Authority } from "./authority.ts";
import { queryName } from "./query.ts";
import { readStep, type Cut } from "./referral.ts";
import type { Stub } from "./stub.ts";
import { readable } from "./wire.ts";
import type { KnownServer } from "./zone-servers.ts";

/** Where a chain ends: by the authority of the last name, or by the resolver. */
export interface ChainEnd<T> {
  readonly rcode: Rcode;
  readonly records: readonly T[];
  readonly ttl: number;
  readonly via: readonly string[];
}

export type Follow<T> = (target: string, seen: readonly string[]) => Promise<ChainEnd<T>>;

export interface Errand<T extends RecordType> {
  readonly name: string;
  readonly type: T;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

export interface AuthoritySight<T> {
  readonly sight: Sight<T> | null;
  /** The server does not hold the name but delegates it further down. */
  readonly deeper: Cut | null;
}

/** Null sight: nothing was asked, or the answer belongs to a zone further down. */
export async function authoritySight<T extends RecordType>(
  authority: Authority,
  { server, zone, follow }: { server: KnownServer; zone: string; follow: Follow<RecordValue[T]> },
  { name, type, signal, now }: Errand<T>,
): Promise<AuthoritySight<RecordValue[T]>> {
  const reply = await authority.ask(server.ip, { name, type }, { signal });
  if (reply.kind !== "answer" && reply.kind !== "silent") return { sight: null, deeper: null };
  const base = {
    ...({ view: "authority", server: server.host, from: server.address } as const),
    ...{ serial: server.serial, authenticated: false, bogus: false, ms: reply.ms, at: now() },
  };
  const lame = (rcode: Rcode): AuthoritySight<RecordValue[T]> => ({
    sight: { ...base, rcode, records: [], ttl: 0, via: [], authoritative: false },
    deeper: null,
  });
  if (reply.kind === "silent") return lame("TIMEOUT");
  const { message } = reply;
  const step = readStep(message, { zone, name });
  if (step.kind === "referral") return { sight: null, deeper: step.cut };
  const answer = readable(() => readAnswer(message, { name, type }, { type, zone }));
  if (answer === null) return lame("OTHER");
  // Without AA it is a referral elsewhere, or a resolver's memory: neither "no" nor "yes" of the zone.
  if (!message.authoritative) return lame(isKnown(answer.rcode) ? "OTHER" : answer.rcode);
  const end = answer.open ? await endOf(answer, name, follow) : answer;
  const { rcode, records, ttl, via } = end;
  return { sight: { ...base, rcode, records, ttl, via, authoritative: true }, deeper: null };
}

const isKnown = (rcode: Rcode) => rcode === "NOERROR" || rcode === "NXDOMAIN";

/** The rest of a chain, put behind what is known of it. */
export async function endOf<T>(
  { via, ttl, rcode }: ReadAnswer<unknown>,
  name: string,
  follow: Follow<T>,
): Promise<ChainEnd<T>> {
  const target = queryName(via.at(-1) ?? "");
  if (target === null) return { rcode, records: [], ttl, via };
  const end = await follow(target, [name, ...via.slice(0, -1)]);
  return { ...end, via: [...via, ...end.via], ttl: Math.min(ttl, end.ttl) };
}

export async function resolverSight<T extends RecordType>(
  stub: Stub,
  { name, type, signal, now }: Errand<T>,
): Promise<Sight<RecordValue[T]>> {
  const answer = await stub.ask(name, type, { signal });
  const at = now();
  const again =
    answer.rcode === "SERVFAIL" ? await stub.ask(name, type, { unchecked: true, signal }) : null;
  const bogus = again !== null && isKnown(again.rcode);
  return {
    ...answer,
    ...{ view: "resolver", server: "resolver", authoritative: false, serial: null, bogus, at },
  };
}
