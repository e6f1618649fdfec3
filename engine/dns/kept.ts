/** Values kept for a bounded time, bounded in number, and questions on their way shared by all who ask. */

interface Entry<V> {
  readonly value: Promise<V>;
  /** Known once it has come. */
  settled: V | undefined;
  /** Infinity while it is on its way. */
  expires: number;
}

export class Kept<V extends object> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #most: number;
  readonly #now: () => number;

  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  /** What is there and fresh; nothing that is on its way. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expires > this.#now() ? entry.settled : undefined;
  }

  set(key: string, value: V, ms: number): void {
    this.#entries.delete(key);
    const entry = { value: Promise.resolve(value), settled: value, expires: this.#now() + ms };
    this.#entries.set(key, entry);
    this.#trim();
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** The kept value, the one on its way, or what `ask` answers; `keepMs` says how long that holds. */
  async through(key: string, ask: () => Promise<V>, keepMs: (value: V) => number): Promise<V> {
    const known = this.#entries.get(key);
    if (known && known.expires > this.#now()) return known.value;
    const entry: Entry<V> = { value: ask(), settled: undefined, expires: Infinity };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    try {
      entry.settled = await entry.value;
      entry.expires = this.#now() + keepMs(entry.settled);
      return entry.settled;
    } finally {
      const stale = entry.expires === Infinity || entry.expires <= this.#now();
      if (stale && this.#entries.get(key) === entry) this.#entries.delete(key);
      this.#trim();
    }
  }

  /** Oldest first; what is on its way is never dropped. */
  #trim(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#most) return;
      if (entry.expires !== Infinity) this.#entries.delete(key);
    }
  }
}
