/**
 * Where a chain of CNAMEs ends that left its zone: by an authority of each further zone, so that a new record
 * is seen at once; by the resolver when none of them can be asked. Around in a circle, or longer than resolvers
 * follow: SERVFAIL, as they say.
 */
import type { RecordType, RecordValue } from "../../lib/mail/ports.ts";
import { readAnswer, rcodeOf } from "./answer.ts";
import type { Authority } from "./authority.ts";
import type { Delegation } from "./delegation.ts";
import { readStep } from "./referral.ts";
import { endOf, type ChainEnd, type Errand, type Follow } from "./sight.ts";
import type { Stub } from "./stub.ts";
import { readable } from "./wire.ts";
import type { KnownServer } from "./zone-servers.ts";

const MAX_LINKS = 8;
/** Of each further zone: it is not the one that is looked at. */
const SERVERS = 3;

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
  { authority, delegation, signal, type }: ChainParts<T>,
  { target, seen }: { target: string; seen: readonly string[] },
  follow: Follow<RecordValue[T]>,
): Promise<ChainEnd<RecordValue[T]> | null> {
  const { cut, reached } = await delegation.locate(target, signal);
  if (!reached) return null;
  const servers: KnownServer[] = await delegation.someServers(cut, SERVERS, signal);
  for (const { ip } of servers) {
    const reply = await authority.ask(ip, { name: target, type }, { signal, tries: 1 });
    if (reply.kind !== "answer") continue;
    const { message } = reply;
    const known = rcodeOf(message) === "NOERROR" || rcodeOf(message) === "NXDOMAIN";
    const { kind } = readStep(message, { zone: cut.zone, name: target });
    if (!known || kind === "lame" || kind === "referral") continue;
    const question = { name: target, type };
    const answer = readable(() => readAnswer(message, question, { type, zone: cut.zone }));
    if (answer === null) continue;
    return answer.open
      ? endOf(answer, target, (next, via) => follow(next, [...seen, ...via]))
      : answer;
  }
  return null;
}
