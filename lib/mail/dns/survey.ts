/**
 * What DNS says of a domain before it is added: where its mail goes, who serves it, what protects it. Each part
 * was answered or was not; what was not answered is never taken for "there is none".
 */
import type { MxRecord } from "../ports.ts";
import type { Look, Sight, ZoneSecurity } from "./observer.ts";
import { speaks } from "./checks/weigh.ts";

/** One question. `records` are those of all servers that answered: while a change spreads they differ. */
export type Asked<T> =
  | { readonly answered: true; readonly records: readonly T[]; readonly ttl: number }
  | { readonly answered: false; readonly rcode: string };

export interface DomainSurvey {
  readonly name: string;
  /** Apex of the zone that holds it; null: nobody could say. */
  readonly apex: string | null;
  /** Null: nobody said. */
  readonly exists: boolean | null;
  readonly servers: readonly string[];
  readonly security: ZoneSecurity;
  readonly mx: Asked<MxRecord>;
  /** Records that begin as SPF, and as DMARC at the name's own "_dmarc". */
  readonly spf: Asked<string>;
  readonly dmarc: Asked<string>;
  /** Whether its SPF record lets this server send; null where that could not be tried. */
  readonly spfPasses: boolean | null;
}

/** Authorities first: the resolver counts where none of them answered. */
export function askedOf<T>(look: Look<T>): Asked<T> {
  const heard = look.sights.filter(speaks);
  const authorities = heard.filter(({ view }) => view === "authority");
  const counted: readonly Sight<T>[] = authorities.length > 0 ? authorities : heard;
  if (counted.length === 0) {
    const rcode = look.sights.find(({ view }) => view === "resolver")?.rcode ?? "TIMEOUT";
    return { answered: false, rcode };
  }
  const records = new Map<string, T>();
  for (const sight of counted)
    for (const record of sight.records) records.set(JSON.stringify(record), record);
  const ttl = Math.max(...counted.map((sight) => sight.ttl));
  return { answered: true, records: [...records.values()], ttl };
}

export function only<T>(asked: Asked<T>, isWanted: (record: T) => boolean): Asked<T> {
  return asked.answered ? { ...asked, records: asked.records.filter(isWanted) } : asked;
}
