/**
 * From what each server said to one verdict. The authority decides: all acceptable → right; some → "partial";
 * none → what the first of them says. The resolver tells what the world still believes, which is no failure.
 * Where no authority answers the resolver is believed, and where nobody answers nothing is claimed.
 */
import type { ObservedVerdict, ShownAnswer } from "../check.ts";
import type { Look, Sight } from "../observer.ts";
import { reason, type Reason } from "../reasons.ts";
import { isAcceptable, type Opinion } from "./opinion.ts";

export interface Weighed extends Omit<Opinion, "verdict"> {
  readonly verdict: ObservedVerdict;
  readonly answers: readonly ShownAnswer[];
}

export interface Judge<T> {
  /** Asked once for each different answer. */
  judge(records: readonly T[], sight: Sight<T>): Opinion | Promise<Opinion>;
  /** A value as people paste it. */
  show(record: T): string;
  readonly now: Date;
}

export async function weigh<T>(look: Look<T>, judge: Judge<T>): Promise<Weighed> {
  const answers = look.sights.map((sight) => shown(sight, judge.show));
  const authorities = look.sights.filter(({ view }) => view === "authority");
  const heard = await opinions(authorities.filter(speaks), judge);
  const resolvers = look.sights.filter(({ view }) => view === "resolver");
  const [resolver] = await opinions(resolvers.filter(hasAnswered), judge);
  if (heard.length > 0) {
    const weighed = byAuthority(look.name, heard, authorities.length);
    const more = besideAuthority({ weighed, resolver, resolvers, name: look.name, now: judge.now });
    return { ...weighed, ...more, answers };
  }
  if (resolver !== undefined) {
    const n = authorities.length;
    const note = n === 0 ? reason("dns.resolverAlone") : reason("dns.resolverOnly", { n });
    return { ...resolver.opinion, reasons: [...resolver.opinion.reasons, note], answers };
  }
  return { verdict: "unknown", reasons: whyUnknown(look), found: [], answers };
}

interface Heard<T> {
  readonly sight: Sight<T>;
  readonly opinion: Opinion;
}

/** Of a lame server's answer nothing follows. */
export const speaks = (sight: Sight<unknown>) =>
  hasAnswered(sight) && (sight.view === "resolver" || sight.authoritative);

export const hasAnswered = ({ rcode }: { readonly rcode: string }) =>
  rcode === "NOERROR" || rcode === "NXDOMAIN";

async function opinions<T>(sights: readonly Sight<T>[], judge: Judge<T>): Promise<Heard<T>[]> {
  const known = new Map<string, Promise<Opinion>>();
  return Promise.all(
    sights.map(async (sight) => {
      const values = sight.records.map((record) => judge.show(record)).sort();
      const key = JSON.stringify([values, sight.via]);
      const opinion = known.get(key) ?? Promise.resolve(judge.judge(sight.records, sight));
      known.set(key, opinion);
      return { sight, opinion: await opinion };
    }),
  );
}

type Verdict = Omit<Weighed, "answers">;

function byAuthority<T>(name: string, heard: readonly Heard<T>[], asked: number): Verdict {
  const good = heard.filter(({ opinion }) => isAcceptable(opinion));
  const bad = heard.filter(({ opinion }) => !isAcceptable(opinion));
  const silent = asked - heard.length;
  const notes = silent > 0 ? [reason("dns.someSilent", { k: silent, n: asked })] : [];
  const decisive = bad[0] ?? good[0];
  if (decisive === undefined) return { verdict: "unknown", reasons: notes, found: [] };
  const { opinion } = decisive;
  if (good.length === 0 || bad.length === 0)
    return { ...opinion, reasons: [...opinion.reasons, ...notes] };
  const spreading = reason("dns.partial", { k: good.length, n: heard.length });
  const reasons = [spreading, ...disagreement(heard), ...opinion.reasons, ...notes];
  return { ...opinion, verdict: "partial", reasons, fix: null };
}

/** Different versions of the zone explain different answers. */
function disagreement<T>(heard: readonly Heard<T>[]): Reason[] {
  const serials = [...new Set(heard.map(({ sight }) => sight.serial))].filter(
    (one) => one !== null,
  );
  return serials.length > 1 ? [reason("dns.serials", { serials: serials.join(", ") })] : [];
}

interface Beside<T> {
  readonly weighed: Verdict;
  readonly resolver: Heard<T> | undefined;
  readonly resolvers: readonly Sight<T>[];
  readonly name: string;
  readonly now: Date;
}

/** What the resolver adds: old answers that it keeps, signatures that do not hold. */
function besideAuthority<T>({ weighed, resolver, resolvers, name, now }: Beside<T>) {
  const { verdict, reasons } = weighed;
  const isRight = verdict === "ok" || verdict === "weak";
  const isBogus = resolvers.some(({ bogus }) => bogus);
  if (isBogus) {
    // Right at the source, and still nobody who verifies signatures gets it.
    const all = [reason("dns.bogus", { name }), ...reasons];
    return isRight ? { verdict: "unknown" as const, reasons: all } : { reasons: all };
  }
  const [failed] = resolvers.filter((sight) => !hasAnswered(sight));
  if (resolver === undefined) {
    if (failed === undefined || !isRight) return {};
    return { reasons: [...reasons, reason("dns.resolverFails", { rcode: failed.rcode })] };
  }
  const believes = isAcceptable(resolver.opinion);
  const minutes = Math.ceil(resolver.sight.ttl / 60);
  if (isRight && !believes) {
    const isNo = resolver.sight.records.length === 0;
    const until = new Date(now.getTime() + resolver.sight.ttl * 1000).toISOString();
    const note = isNo
      ? reason("dns.negativeCached", { until })
      : reason("dns.resolverOld", { minutes });
    return { reasons: [...reasons, note] };
  }
  if (verdict === "missing" && believes && resolver.opinion.found.length > 0)
    return { reasons: [...reasons, reason("dns.resolverStill", { minutes })] };
  return {};
}

function whyUnknown<T>({ name, sights }: Look<T>): Reason[] {
  const authorities = sights.filter(({ view }) => view === "authority");
  const asked = authorities.length > 0 ? authorities : sights;
  const n = asked.length;
  const bogus = sights.some((sight) => sight.bogus) ? [reason("dns.bogus", { name })] : [];
  const all = (rcode: string) => n > 0 && asked.every((sight) => sight.rcode === rcode);
  if (all("TIMEOUT")) return [...bogus, reason("dns.timeout", { n })];
  if (all("SERVFAIL")) return bogus.length > 0 ? bogus : [reason("dns.servfail", { n })];
  if (all("REFUSED")) return [...bogus, reason("dns.refused", { n })];
  return [...bogus, reason("dns.noAnswer", { n })];
}

function shown<T>(sight: Sight<T>, show: (record: T) => string): ShownAnswer {
  const { server, from: address, view, rcode, ttl, serial, authenticated, via, ms, at } = sight;
  const values = sight.records.map(show);
  return { server, address, view, rcode, values, ttl, serial, authenticated, via, ms, at };
}
