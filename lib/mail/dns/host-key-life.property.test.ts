/**
 * Never a moment in which a sender that verifies meets a key that no TLSA of its cache names: over random
 * sequences of looks, publications that reach name servers late and one by one, name servers that fall
 * silent, caches that keep what they have as long as they may, engines that read certificates late,
 * authorities that issue late, cancellations and renewals. TLSA is changed by whoever publishes what
 * `wantedKeys` says at that moment; nobody takes away what is still wanted.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededFractions } from "../../../tests/support/random.ts";
import {
  movedOn,
  remember,
  seen,
  switchWord,
  wantedKeys,
  type LifeHostKey,
  type Shown,
  type TlsaMemory,
} from "./host-key-life.ts";

const SEEDS = 250;
const EVENTS = 500;
const MINUTE = 60_000;
/** What processes are promised to take to show another certificate. */
const RELOAD_MS = 10 * MINUTE;

interface Served {
  readonly keys: readonly string[];
  readonly ttl: number;
  /** Until when a cache may have taken it; null: it is served now. */
  readonly until: number | null;
}

class World {
  readonly #random: () => number;
  readonly #log: string[] = [];
  #now = 0;
  #made = 1;
  #keys: LifeHostKey[] = [newKey("k0", "current", 0)];
  #memory: TlsaMemory | null = null;
  #zone: { keys: readonly string[]; ttl: number } = { keys: [], ttl: 0 };
  /** By name server, oldest first. */
  readonly #servers: Served[][] = [0, 1, 2].map(() => [{ keys: [], ttl: 0, until: null }]);
  readonly #silent = new Set<number>();
  /** What an engine shows, and what it shall show by when. */
  readonly #engines = [0, 1].map(() => ({
    shows: "k0",
    late: [] as { key: string; by: number }[],
  }));
  /** An order that is under way, and whose key it is for. */
  #order: { key: string; at: number } | null = null;
  switches = 0;

  constructor(seed: number) {
    this.#random = seededFractions(seed * 2_654_435_761 + 1);
  }

  run(): void {
    for (let n = 0; n < EVENTS; n++) {
      const event = this.#pick(...EVENT_NAMES);
      this.#log.push(`${this.#now / MINUTE} ${event}`);
      this[event]();
      this.#check();
    }
  }

  wait(): void {
    const minutes = this.#pick(1, 1, 5, 20, 60, 60, 240);
    for (let n = 0; n < minutes; n++) {
      this.#now += MINUTE;
      for (const engine of this.#engines)
        if (engine.late.some(({ by }) => by <= this.#now)) this.#reload(engine);
      this.#check();
    }
  }

  look(): void {
    const heard = this.#servers.flatMap((served, index) =>
      this.#silent.has(index) ? [] : [served.at(-1)?.keys ?? []],
    );
    const now = new Date(this.#now);
    const word = (id: string): Shown => {
      const n = heard.filter((keys) => keys.includes(id)).length;
      if (heard.length === 0) return "unknown";
      return n === heard.length ? "everywhere" : n > 0 ? "partly" : "nowhere";
    };
    const any = heard.some((keys) => keys.length > 0);
    const ttls = this.#servers.flatMap((served, index) =>
      this.#silent.has(index) ? [] : [served.at(-1)?.ttl ?? 0],
    );
    const sight = {
      ...{ at: now, ttl: any ? Math.max(...ttls) : 0 },
      published: heard.length === 0 ? "unknown" : any ? "yes" : "no",
      shown: new Map(this.#keys.map(({ id }) => [id, word(id)])),
    } as const;
    this.#memory = remember(this.#memory, sight);
    this.#keys = seen(this.#keys, sight);
    this.#move();
  }

  pass = () => this.#move();

  #move(): void {
    const certified = new Set(
      this.#keys.flatMap(({ id, state }) => (state === "current" ? id : [])),
    );
    const facts = { keys: this.#keys, memory: this.#memory, certified, now: new Date(this.#now) };
    this.#keys = [...movedOn(facts).keys];
  }

  /** By the server or a person; the TTL is changed only where looks have come by in between. */
  publish(): void {
    const keys = wantedKeys(this.#keys).map(({ id }) => id);
    const mayChange = this.#servers.every((served) => served.length > 1 && this.#isQuiet(served));
    const ttl = mayChange || this.#zone.ttl === 0 ? this.#pick(60, 300, 3600) : this.#zone.ttl;
    this.#zone = { keys, ttl };
    if (mayChange) this.look();
  }

  #isQuiet(served: readonly Served[]): boolean {
    return served.slice(0, -1).every(({ until, ttl }) => (until ?? 0) + ttl * 1000 < this.#now);
  }

  #end(served: Served[]): void {
    const last = served.at(-1);
    if (last?.until === null) served[served.length - 1] = { ...last, until: this.#now };
  }

  transfer(): void {
    const index = this.#pick(0, 1, 2);
    const served = this.#servers[index] ?? [];
    const last = served.at(-1);
    if (this.#silent.has(index) || (last?.keys === this.#zone.keys && last.ttl === this.#zone.ttl))
      return;
    this.#end(served);
    served.push({ ...this.#zone, until: null });
  }

  /** For everybody, not for us alone. One that comes back asks the primary first. */
  silence(): void {
    const index = this.#pick(0, 1, 2);
    const served = this.#servers[index] ?? [];
    if (this.#silent.delete(index)) served.push({ ...this.#zone, until: null });
    else {
      this.#silent.add(index);
      this.#end(served);
    }
  }

  prepare(): void {
    if (this.#keys.some(({ state }) => state === "next")) return;
    this.#keys.push(newKey(`k${this.#made++}`, "next", this.#now));
  }

  cancel(): void {
    if (this.#random() < 0.8) return;
    const now = new Date(this.#now);
    this.#keys = this.#keys.map((key) =>
      key.state === "next"
        ? { ...key, state: "retired", readyAt: null, retiredAt: now, releasedAt: now }
        : key,
    );
  }

  /** A person presses "switch now". Where nothing is published they know that nothing is on its way. */
  press(): void {
    const next = this.#keys.find(({ state }) => state === "next");
    if (!next) return;
    const facts = { next, keys: this.#keys, memory: this.#memory, now: new Date(this.#now) };
    const word = switchWord(facts);
    if (word.may && (word.why === "visible" || this.#zone.keys.length === 0)) this.#setReady(next);
  }

  #setReady(next: LifeHostKey): void {
    const readyAt = new Date(this.#now);
    this.#keys = this.#keys.map((key) => (key === next ? { ...key, readyAt } : key));
  }

  /** As hostKeyToCertify does it. */
  order(): void {
    const next = this.#keys.find(({ state, readyAt }) => state === "next" && readyAt !== null);
    const key = next ?? this.#keys.find(({ state }) => state === "current");
    if (key) this.#order = { key: key.id, at: this.#now };
  }

  /** As promoteWith does it. */
  issue(): void {
    const order = this.#order;
    this.#order = null;
    const key = this.#keys.find(({ id }) => id === order?.key);
    if (!key || key.state === "retired" || (key.state === "next" && key.readyAt === null)) return;
    if (key.state === "next") this.#promote(key.id);
    for (const engine of this.#engines) {
      engine.late.push({ key: key.id, by: this.#now + RELOAD_MS });
      if (this.#random() < 0.5) this.#reload(engine);
    }
  }

  #promote(id: string): void {
    this.switches++;
    const now = new Date(this.#now);
    this.#keys = this.#keys.map((key): LifeHostKey => {
      if (key.id === id) return { ...key, state: "current", readyAt: null, usedSince: now };
      return key.state === "current" ? { ...key, state: "retired", retiredAt: now } : key;
    });
  }

  #reload(engine: { shows: string; late: { key: string; by: number }[] }): void {
    engine.shows = engine.late.at(-1)?.key ?? engine.shows;
    engine.late = [];
  }

  #check(): void {
    for (const { shows } of this.#engines)
      for (const { keys, ttl, until } of this.#servers.flat()) {
        const isKept = until === null || until + ttl * 1000 > this.#now;
        if (!isKept || keys.length === 0 || keys.includes(shows)) continue;
        const when = `${shows} is shown, [${keys.join()}] may be in a cache`;
        assert.fail(`${when}\n${this.#log.slice(-60).join("\n")}`);
      }
  }

  #pick<T>(...of: readonly T[]): T {
    const one = of[Math.floor(this.#random() * of.length)];
    assert.ok(one !== undefined);
    return one;
  }
}

const EVENT_NAMES = [
  ...(["wait", "wait", "wait", "look", "look", "pass", "publish", "transfer", "transfer"] as const),
  ...(["transfer", "silence", "prepare", "cancel", "press", "order", "issue"] as const),
];

function newKey(id: string, state: "next" | "current", now: number): LifeHostKey {
  return {
    ...{ id, state, createdAt: new Date(now), visibleSince: null, seenTtl: null, lookedAt: null },
    ...{ lastSeenAt: null, readyAt: null, usedSince: null, retiredAt: null, releasedAt: null },
  };
}

test("no cache ever holds TLSA without the key that is shown", () => {
  let switches = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = new World(seed);
    try {
      world.run();
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
    switches += world.switches;
  }
  assert.ok(switches > SEEDS, `${switches} switches: the sequences have to get somewhere`);
});
