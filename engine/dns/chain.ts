/**
 * Where a chain of CNAMEs ends that left its zone: by the authorities of each further zone, so that a new record
 * is seen at once, and only when none of them denies it; by the resolver when none of them can be asked. Around
 * in a circle, or longer than resolvers follow: SERVFAIL, as they say.
 */
import type { RecordType, RecordValue } from "../../lib/mail/ports.ts";
import { readAnswer, rcodeOf, type ReadAnswer } from "./answer.ts";
import type { Authority } from "./authority.ts";
import type { Delegation } from "./delegation.ts";
import { readStep } from "./referral.ts";
import { endOf, type ChainEnd, type Errand, type Follow } from "./sight.ts";
import type { Stub } from "./stub.ts";
import { readable } from "./wire.ts";
import type { KnownServer } from "./zone-servers.ts";

const MAX_LINKS = 8;
/** Of each further zone. */
const SERVERS = 6;

const NOWHERE: ChainEnd<never> = { rcode: "SERVFAIL", records: [], ttl: 0, via: [] };

export interface ChainParts<T extends RecordType> extends Errand<T> {
  readonly authority: Authority;
  readonly delegation: Delegation;
  readonly stub: Stub;
}

/** For all servers of one look: they mostly lead to the same name. */
export function followChain<T extends RecordType>(parts: ChainParts<T>): Follow<RecordValue[T]> {
  const first = new Map<string, Promise<ChainEnd<RecordValue[T]>>>();
  const follow: Follow<RecordValue[T]> = async (target, seen) => {
    if (seen.includes(target) || seen.length > MAX_LINKS) return NOWHERE;
    return (
      (await byAuthority(parts, { target, seen }, follow)) ??
      parts.stub.ask(target, parts.type, parts)
    );
  };
  return (target, seen) => {
    // Only beginnings are shared: whoever waited for another's middle could wait for himself.
    const known = first.get(target) ?? follow(target, seen);
    first.set(target, known);
    return known;
  };
}

async function byAuthority<T extends RecordType>(
  parts: ChainParts<T>,
  { target, seen }: { target: string; seen: readonly string[] },
  follow: Follow<RecordValue[T]>,
): Promise<ChainEnd<RecordValue[T]> | null> {
  const { delegation, signal } = parts;
  const { cut, reached } = await delegation.locate(target, signal);
  if (!reached) return null;
  const servers: KnownServer[] = await delegation.someServers(cut, SERVERS, signal);
  const asked = servers.map(({ ip }) => askOne(parts, { ip, target, zone: cut.zone }));
  const answers = (await Promise.all(asked)).filter((answer) => answer !== null);
  // Who asks a server that has not heard of the record yet goes without it: one "no" counts.
  const answer = answers.find(({ open, records }) => !open && records.length === 0) ?? answers[0];
  if (answer === undefined) return null;
  return answer.open
    ? endOf(answer, target, (next, via) => follow(next, [...seen, ...via]))
    : answer;
}

/** Null: this server says nothing about the name. */
async function askOne<T extends RecordType>(
  { authority, signal, type }: ChainParts<T>,
  { ip, target, zone }: { ip: KnownServer["ip"]; target: string; zone: string },
): Promise<ReadAnswer<RecordValue[T]> | null> {
  const question = { name: target, type };
  const reply = await authority.ask(ip, question, { signal, tries: 1 });
  if (reply.kind !== "answer") return null;
  const { message } = reply;
  const known = rcodeOf(message) === "NOERROR" || rcodeOf(message) === "NXDOMAIN";
  const { kind } = readStep(message, { zone, name: target });
  if (!known || kind === "lame" || kind === "referral") return null;
  return readable(() => readAnswer(message, question, { type, zone }));
}
