/**
 * Slows guessing of passwords: after a few failures for one account from one network each further try
 * must wait, longer each time. Keyed by both, so that an outsider can lock nobody out. Kept in memory:
 * a restart forgives, several processes each count alone. Within a process there is one of each name, on
 * `globalThis`: pages and routes are bundled apart, and each bundle has its own copy of this module.
 */
interface Limits {
  readonly free: number;
  readonly longestWaitMs: number;
}

/** One account from one network: people mistype. */
const ACCOUNT: Limits = { free: 5, longestWaitMs: 15 * 60_000 };
/**
 * All accounts from one network: who tries one password with everybody, or only wants us to hash. An
 * office shares this, and so does everybody behind a proxy that is not named in the settings: hence short.
 */
export const NETWORK: Limits = { free: 100, longestWaitMs: 30_000 };

const FIRST_WAIT_MS = 2_000;
/** Failures older than this are forgiven. */
const MEMORY_MS = 60 * 60_000;
/** Bounds memory when many names are tried; the oldest go first. */
const MAX_ENTRIES = 10_000;

interface Entry {
  failures: number;
  lastAt: number;
}

export class Throttle {
  readonly #entries = new Map<string, Entry>();
  readonly #limits: Limits;

  constructor(limits: Limits = ACCOUNT) {
    this.#limits = limits;
  }

  /** Milliseconds to wait before this account may be tried from there; 0: go ahead. */
  waitFor(account: string, remoteIp: string | null, now: number): number {
    const { free, longestWaitMs } = this.#limits;
    const entry = this.#entries.get(key(account, remoteIp));
    if (!entry || now - entry.lastAt > MEMORY_MS || entry.failures < free) return 0;
    const wait = FIRST_WAIT_MS * 2 ** Math.min(entry.failures - free, 20);
    return Math.max(0, entry.lastAt + Math.min(wait, longestWaitMs) - now);
  }

  failed(account: string, remoteIp: string | null, now: number): void {
    const name = key(account, remoteIp);
    const entry = this.#entries.get(name);
    const failures = entry && now - entry.lastAt <= MEMORY_MS ? entry.failures + 1 : 1;
    this.#entries.delete(name); // re-inserted at the end: the map's order is age
    this.#entries.set(name, { failures, lastAt: now });
    if (this.#entries.size > MAX_ENTRIES)
      this.#entries.delete(this.#entries.keys().next().value ?? "");
  }

  /** Takes one failure back: it was counted before it was known to be none. */
  undo(account: string, remoteIp: string | null): void {
    const entry = this.#entries.get(key(account, remoteIp));
    if (entry) entry.failures--;
  }

  succeeded(account: string, remoteIp: string | null): void {
    this.#entries.delete(key(account, remoteIp));
  }
}

const THROTTLES = Symbol.for("posthorn.throttles");

/** The one of that name in this process, made at the first call. */
export function throttleOf(name: string, limits: Limits = ACCOUNT): Throttle {
  const all: Map<string, Throttle> = Reflect.get(globalThis, THROTTLES) ?? new Map();
  Reflect.set(globalThis, THROTTLES, all);
  const throttle = all.get(name) ?? new Throttle(limits);
  all.set(name, throttle);
  return throttle;
}

const key = (account: string, remoteIp: string | null) =>
  `${account.toLowerCase()} ${network(remoteIp ?? "")}`;

/** The /24 of an IPv4 address, the /64 of an IPv6 address: what one attacker easily has. */
function network(ip: string): string {
  if (!ip.includes(":")) return ip.split(".").slice(0, 3).join(".");
  const [head = ""] = ip.split("::");
  const groups = head.split(":");
  return groups.slice(0, 4).join(":");
}
