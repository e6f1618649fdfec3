/**
 * The `Observer` of lib/mail/dns/observer.ts: every authoritative server of a name's zone, and the resolver
 * beside them, asked now. What many names share (where a zone is served, whether it is signed) is kept for half
 * a minute; answers are never kept, only shared by those who ask at the same time.
 *
 * Where no authority can be reached (port 53 filtered or redirected) the resolver alone is seen.
 * Never throws for what DNS may answer; throws only the reason of the caller's signal.
 */
import type { RecordType, RecordValue, Resolver } from "../../lib/mail/ports.ts";
import type {
  Look,
  Observer,
  Sight,
  ZoneFacts,
  ZoneSecurity,
} from "../../lib/mail/dns/observer.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { orAbort, within } from "./abort.ts";
import { Authority } from "./authority.ts";
import { followChain } from "./chain.ts";
import { Delegation, type Located } from "./delegation.ts";
import { factsByResolver, strangeName } from "./facts.ts";
import { Kept } from "./kept.ts";
import { upward } from "./names.ts";
import { queryName } from "./query.ts";
import type { Cut } from "./referral.ts";
import { ROOT_SERVERS } from "./root-servers.ts";
import { Security } from "./security.ts";
import { authoritySight, resolverSight, type Errand } from "./sight.ts";
import { createStub, failure, type Stub } from "./stub.ts";
import { askZoneServers, type KnownServer, type ZoneServers } from "./zone-servers.ts";

export interface ObserverOptions {
  readonly dns: Settings["dns"];
  /** Whether name servers in private networks are asked. */
  readonly allowPrivate: boolean;
  /** For names of name servers: kept as long as they say. */
  readonly resolver: Resolver;
  /** One packet to an authority. */
  readonly tryMs?: number;
  readonly budgetMs?: number;
  readonly now?: () => number;
}

export interface ClosableObserver extends Observer {
  /** Ends what is on its way: everything is silent from here on. */
  stop(): void;
}

/** A walk, all servers of a zone twice, a chain of CNAMEs: past this nobody waits any more. */
const BUDGET_MS = 12_000;
const KEPT_ZONES = 3_000;
const ZONE_MS = 30_000;
/** Security changes with keys and DS, whose TTLs are hours; people who mend it wait for this. */
const SECURITY_MS = 60_000;
/** Whoever has just registered a domain waits for this. */
const LOCATED_MS = 5_000;
/** Of a registry that says that a domain does not exist. */
const REGISTRY_SERVERS = 2;
/** Zones below zones that one look may come upon. */
const MAX_DEEPER = 4;

type LooksOnTheirWay = {
  readonly [K in RecordType]: Map<string, Promise<Sight<RecordValue[K]>[]>>;
};

export function createObserver(options: ObserverOptions): ClosableObserver {
  return new DnsObserver(options);
}

class DnsObserver implements ClosableObserver {
  readonly #stub: Stub;
  readonly #authority: Authority;
  readonly #delegation: Delegation;
  readonly #security: Security;
  readonly #stopped = new AbortController();
  readonly #budgetMs: number;
  readonly #now: () => number;
  readonly #located: Kept<Located>;
  readonly #zones: Kept<ZoneServers>;
  readonly #securities: Kept<{ readonly security: ZoneSecurity }>;
  readonly #looks: LooksOnTheirWay = {
    ...{ A: new Map(), AAAA: new Map(), MX: new Map(), TXT: new Map(), CNAME: new Map() },
    ...{ NS: new Map(), SOA: new Map(), PTR: new Map(), TLSA: new Map(), SRV: new Map() },
    ...{ CAA: new Map(), DS: new Map() },
  };

  constructor(options: ObserverOptions) {
    const { dns, allowPrivate, resolver, tryMs, now = Date.now } = options;
    const root = rootCut(dns.roots);
    const stopped = this.#stopped.signal;
    this.#budgetMs = options.budgetMs ?? BUDGET_MS;
    this.#now = now;
    this.#stub = createStub(dns);
    this.#authority = new Authority({
      ...{ port: dns.authorityPort, allowPrivate, now, stopped },
      roots: [...root.glue.values()].flat(),
      ...(tryMs !== undefined && { tryMs }),
    });
    this.#delegation = new Delegation({ authority: this.#authority, resolver, root, now });
    this.#security = new Security(this.#stub, now);
    this.#located = new Kept(KEPT_ZONES, now);
    this.#zones = new Kept(KEPT_ZONES, now);
    this.#securities = new Kept(KEPT_ZONES, now);
  }

  stop(): void {
    this.#stopped.abort(new Error("stopped"));
  }

  async zoneOf(text: string, signal?: AbortSignal): Promise<ZoneFacts> {
    signal?.throwIfAborted();
    const name = queryName(text);
    return name === null
      ? strangeName(text)
      : orAbort(
          this.#budgeted((limit) => this.#facts(name, limit)),
          signal,
        );
  }

  async look<T extends RecordType>(
    text: string,
    type: T,
    signal?: AbortSignal,
  ): Promise<Look<RecordValue[T]>> {
    signal?.throwIfAborted();
    const name = queryName(text);
    if (name === null) return { name: text, sights: [noSuchName(this.#now())] };
    return { name, sights: await orAbort(this.#share(name, type), signal) };
  }

  async ask<T extends RecordType>(text: string, type: T, signal?: AbortSignal) {
    signal?.throwIfAborted();
    const name = queryName(text);
    if (name === null) return failure("NXDOMAIN", "local");
    const asked = this.#budgeted((limit) => this.#stub.ask(name, type, { signal: limit }));
    return orAbort(asked, signal);
  }

  #budgeted<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return within(this.#budgetMs, [this.#stopped.signal], run);
  }

  // ── Zones ─────────────────────────────────────────────────────────────────────────────────────

  async #facts(name: string, signal: AbortSignal): Promise<ZoneFacts> {
    const located = await this.#locate(name);
    const { cut, exists, reached, negativeTtl } = located;
    // Short of the name's zone nothing was learnt about it: these would be another zone's servers.
    if (!reached && cut.zone !== name) return factsByResolver(this.#stub, name, signal);
    const base = { domain: name, apex: cut.zone, exists };
    if (isDeniedByRegistry(located)) {
      const nobody = {
        parentServers: [],
        ownServers: [],
        servers: [],
        security: "unknown",
      } as const;
      return { ...base, ...nobody, negativeTtl };
    }
    const [zone, { security }] = await Promise.all([
      this.#zoneServers(cut),
      this.#securities.through(
        cut.zone,
        async () => ({ security: await this.#security.of(cut.zone, signal) }),
        ({ security }) => (security === "unknown" && signal.aborted ? 0 : SECURITY_MS),
      ),
    ]);
    return {
      ...base,
      parentServers: cut.delegated ? cut.hosts : [],
      ownServers: zone.ownServers,
      servers: zone.servers.map(({ ip: _, ...server }) => server),
      ...(zone.notAsked.length > 0 && { notAsked: zone.notAsked }),
      ...{ security, negativeTtl: zone.negativeTtl },
    };
  }

  #locate(name: string): Promise<Located> {
    return this.#located.through(
      name,
      () => this.#budgeted((signal) => this.#delegation.locate(name, signal)),
      ({ reached }) => (reached ? LOCATED_MS : 0),
    );
  }

  #zoneServers(cut: Cut): Promise<ZoneServers> {
    const parts = { authority: this.#authority, delegation: this.#delegation };
    return this.#zones.through(
      cut.zone,
      () => this.#budgeted((signal) => askZoneServers(parts, cut, signal)),
      ({ complete }) => (complete ? ZONE_MS : 0),
    );
  }

  // ── Looks ─────────────────────────────────────────────────────────────────────────────────────

  /** The same question asked at the same time is one question. */
  #share<T extends RecordType>(name: string, type: T): Promise<Sight<RecordValue[T]>[]> {
    const looks = this.#looks[type];
    const known = looks.get(name);
    if (known) return known;
    const now = this.#now;
    const sights = this.#budgeted((signal) => this.#sights({ name, type, signal, now })).finally(
      () => looks.delete(name),
    );
    looks.set(name, sights);
    return sights;
  }

  async #sights<T extends RecordType>(errand: Errand<T>): Promise<Sight<RecordValue[T]>[]> {
    const [authority, resolver] = await Promise.all([
      this.#authoritySights(errand),
      resolverSight(this.#stub, errand),
    ]);
    return [...authority, resolver];
  }

  async #authoritySights<T extends RecordType>(
    errand: Errand<T>,
  ): Promise<Sight<RecordValue[T]>[]> {
    const start = await this.#serversFor(errand);
    const follow = followChain({ ...this.#parts(), ...errand });
    let [zone, servers] = [start.zone, start.servers];
    const sights: Sight<RecordValue[T]>[] = [];
    for (let round = 0; round < MAX_DEEPER && !errand.signal.aborted; round++) {
      const seen = await Promise.all(
        servers.map((server) => authoritySight(this.#authority, { server, zone, follow }, errand)),
      );
      sights.push(...seen.flatMap(({ sight }) => sight ?? []));
      const cut = seen.find(({ deeper }) => deeper)?.deeper;
      if (!cut) break;
      zone = cut.zone;
      servers = askable(await this.#zoneServers(cut));
    }
    return sights;
  }

  #parts() {
    return { authority: this.#authority, delegation: this.#delegation, stub: this.#stub };
  }

  /** The zone that holds the name if it is known already, else by a walk; its servers. */
  async #serversFor({ name, signal }: { name: string; signal: AbortSignal }) {
    for (const above of upward(name)) {
      const zone = this.#zones.get(above);
      if (zone) return { zone: above, servers: askable(zone) };
    }
    const located = await this.#locate(name);
    const { cut } = located;
    if (!isUseful(located, name)) return { zone: cut.zone, servers: [] };
    const servers = isDeniedByRegistry(located)
      ? await this.#delegation.someServers(cut, REGISTRY_SERVERS, signal)
      : askable(await this.#zoneServers(cut));
    return { zone: cut.zone, servers };
  }
}

/** The walk came to servers that have something to say, or to a domain whose servers are all lame. */
const isUseful = ({ reached, cut }: Located, name: string) =>
  reached || cut.zone === name || !isRegistry(cut.zone);

/** The servers of a registry are not asked one by one about a domain that nobody has registered. */
const isDeniedByRegistry = ({ exists, cut }: Located) => exists === false && isRegistry(cut.zone);

/** The root and the top level. */
const isRegistry = (zone: string) => zone === "." || !zone.includes(".");

const askable = ({ servers }: ZoneServers): KnownServer[] => servers.filter(({ ip }) => ip !== "");

/** Of the settings, else the Internet's. */
function rootCut(addresses: readonly string[]): Cut {
  const own = addresses.map((address) => [address, [address]] as const);
  const internet = ROOT_SERVERS.map(({ host, addresses: of }) => [host, of] as const);
  const glue = new Map<string, readonly string[]>(own.length > 0 ? own : internet);
  return { zone: ".", hosts: [...glue.keys()], glue, delegated: false, ttl: 0 };
}

const noSuchName = (at: number): Sight<never> => ({
  ...failure("NXDOMAIN", "local"),
  ...{ view: "resolver", server: "resolver", authoritative: false, serial: null, bogus: false, at },
});
