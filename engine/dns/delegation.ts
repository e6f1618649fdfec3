/**
 * Walking down from the root to the zone that holds a name: RFC 1034 §5.3.3, as an iterative resolver does it,
 * except that nothing is concluded from caches about the name itself.
 *
 * Kept: top-level delegations for an hour, so that two thousand domains do not ask the root two thousand times;
 * deeper ones for a minute. Servers without glue are looked up with the resolver. Bounded in depth, in servers
 * per step, and by the caller's budget; never throws for what DNS may answer.
 */
import { isIPv6 } from "node:net";
import type { Rcode, Resolver } from "../../lib/mail/ports.ts";
import type { Authority } from "./authority.ts";
import { Kept } from "./kept.ts";
import { parentOf, upward } from "./names.ts";
import type { Question } from "./query.ts";
import { readOwnNs, readStep, type Cut, type Step } from "./referral.ts";
import { serverText } from "./servers.ts";
import type { KnownServer } from "./zone-servers.ts";

export interface Located {
  /** The zone that holds the name, or the last one that the walk came to. */
  readonly cut: Cut;
  /** Some server spoke for the zone. False: the walk ended before servers that say nothing useful. */
  readonly reached: boolean;
  /** By the zone's own word; null when nobody said. */
  readonly exists: boolean | null;
  /** How long its "no" holds, if it said no. */
  readonly negativeTtl: number | null;
}

/** A host's addresses; without any, what the resolver said. */
export interface HostAddresses {
  readonly addresses: readonly string[];
  readonly rcode: Rcode;
}

const KEPT_CUTS = 3_000;
const TOP_MS = 3_600_000;
/** Changed name servers are seen after this long, also by those who ask about names below. */
const DEEP_MS = 60_000;
/** ip6.arpa has 34 labels, but nobody delegates at each. */
const MAX_DEPTH = 16;
/** Servers tried at one step before the walk gives up. */
const MAX_TRIES = 6;
/** A lost packet must not end a walk through a zone with one server. */
const ROUNDS = 2;
const LAME: Step = { kind: "lame" };
/** Parent servers asked for their own words when one of them serves the child too. */
const MAX_PARENTS = 3;

export interface DelegationOptions {
  readonly authority: Authority;
  readonly resolver: Resolver;
  readonly root: Cut;
  readonly now: () => number;
}

export class Delegation {
  readonly #authority: Authority;
  readonly #resolver: Resolver;
  readonly #root: Cut;
  readonly #cuts: Kept<Cut>;

  constructor({ authority, resolver, root, now }: DelegationOptions) {
    this.#authority = authority;
    this.#resolver = resolver;
    this.#root = root;
    this.#cuts = new Kept(KEPT_CUTS, now);
  }

  /** The name's own delegation is always asked for anew. */
  async locate(name: string, signal: AbortSignal): Promise<Located> {
    let cut = this.#startFor(name);
    for (let depth = 0; depth < MAX_DEPTH && !signal.aborted; depth++) {
      const step = await this.#step(cut, name, signal);
      if (step.kind === "lame") break;
      if (step.kind === "alias") return this.#aroundAlias(cut, name, signal);
      if (step.kind === "inZone") {
        const zone = step.apex === cut.zone ? cut : await this.#sharedZone(cut, step.apex, signal);
        return { ...step, cut: zone, reached: true };
      }
      cut = step.cut;
      this.#keep(cut);
    }
    // Somebody delegates the name itself: it exists, whatever its servers are worth.
    const exists = cut.zone === name ? true : null;
    return { cut, reached: false, exists, negativeTtl: null };
  }

  /** Addresses of a server: beside its delegation, or as the resolver finds them. */
  async addressesOf(cut: Cut, host: string, signal: AbortSignal): Promise<HostAddresses> {
    const glue = cut.glue.get(host);
    if (glue) return { addresses: glue, rcode: "NOERROR" };
    const none = { rcode: "TIMEOUT", records: [] } as const;
    const ask = (type: "A" | "AAAA") => this.#resolver.query(host, type, signal).catch(() => none);
    const six = (await this.#authority.worksIpv6()) ? ask("AAAA") : Promise.resolve(none);
    const [a, aaaa] = await Promise.all([ask("A"), six]);
    return { addresses: [...a.records, ...aaaa.records], rcode: a.rcode };
  }

  /** The first servers of a zone that can be asked, for errands that do not need them all. */
  async someServers(cut: Cut, most: number, signal: AbortSignal): Promise<KnownServer[]> {
    const found: KnownServer[] = [];
    const { port } = this.#authority;
    for (const host of shuffled(cut.hosts)) {
      const { addresses } = await this.addressesOf(cut, host, signal);
      const ip = addresses.find((address) => !isIPv6(address)) ?? addresses[0];
      if (ip === undefined) continue;
      const address = serverText({ address: ip, port });
      found.push({ host, ip, address, rcode: "NOERROR", authoritative: true, serial: null });
      if (found.length >= most || signal.aborted) break;
    }
    return found;
  }

  #keep(cut: Cut): void {
    const most = cut.zone.includes(".") ? DEEP_MS : TOP_MS;
    this.#cuts.set(cut.zone, cut, Math.min(most, cut.ttl * 1000));
  }

  /** The deepest zone above the name that we know of. */
  #startFor(name: string): Cut {
    for (const above of upward(parentOf(name))) {
      const cut = this.#cuts.get(above);
      if (cut) return cut;
    }
    return this.#root;
  }

  /** The first useful answer of a zone's servers. */
  async #step(cut: Cut, name: string, signal: AbortSignal): Promise<Step> {
    let left = MAX_TRIES;
    for (let round = 0; round < ROUNDS; round++) {
      for await (const address of this.#candidates(cut, signal)) {
        if (left-- <= 0 || signal.aborted) return LAME;
        const question: Question = { name, type: "SOA" };
        const reply = await this.#authority.ask(address, question, { signal, tries: 1 });
        if (reply.kind !== "answer") continue;
        const step = readStep(reply.message, { zone: cut.zone, name });
        if (step.kind !== "lame") return step;
      }
    }
    return LAME;
  }

  /** Addresses beside the delegation first, in any order but IPv4 before IPv6; then hosts to be looked up. */
  async *#candidates(cut: Cut, signal: AbortSignal): AsyncGenerator<string> {
    const glue = shuffled([...cut.glue.values()].flat());
    yield* glue.filter((address) => !isIPv6(address));
    yield* glue.filter((address) => isIPv6(address));
    for (const host of shuffled(cut.hosts.filter((name) => !cut.glue.has(name)))) {
      if (signal.aborted) return;
      yield* (await this.addressesOf(cut, host, signal)).addresses;
    }
  }

  /** A name that is an alias lies in the zone of the name above it, unless it is an apex itself. */
  async #aroundAlias(cut: Cut, alias: string, signal: AbortSignal): Promise<Located> {
    for (let name = alias; name !== cut.zone && name !== "."; name = parentOf(name)) {
      const above = parentOf(name);
      if (above === cut.zone) break;
      const step = await this.#step(cut, above, signal);
      if (step.kind !== "inZone" || step.apex === cut.zone) continue;
      return aliasIn(await this.#sharedZone(cut, step.apex, signal));
    }
    return aliasIn(cut);
  }

  /**
   * Parent and child on one server: it answers for the child and never shows the delegation. The child's own
   * NS, and the parent's from another of its servers when one does not serve the child.
   */
  async #sharedZone(parent: Cut, apex: string, signal: AbortSignal): Promise<Cut> {
    const question: Question = { name: apex, type: "NS" };
    let own: Cut | null = null;
    let tries = MAX_PARENTS;
    for await (const address of this.#candidates(parent, signal)) {
      if (tries-- === 0 || signal.aborted) break;
      const reply = await this.#authority.ask(address, question, { signal, tries: 1 });
      if (reply.kind !== "answer") continue;
      const step = readStep(reply.message, { zone: parent.zone, name: apex });
      if (step.kind === "referral" && step.cut.zone === apex) return step.cut;
      own ??= readOwnNs(reply.message, { owner: apex, zone: parent.zone });
    }
    const glue = new Map([...parent.glue, ...(own?.glue ?? [])]);
    return { ...(own ?? parent), zone: apex, glue, delegated: false };
  }
}

const aliasIn = (cut: Cut): Located => ({ cut, reached: true, exists: true, negativeTtl: null });

/** In any order: no server is everybody's first. */
function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, at: Math.random() }))
    .sort((one, two) => one.at - two.at)
    .map(({ value }) => value);
}
