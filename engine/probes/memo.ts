/**
 * Looks that many targets share (the exchange of two thousand domains) are made once a while. A look on
 * its way is shared by all who ask; a failed one is forgotten.
 */
interface Entry {
  readonly value: Promise<unknown>;
  readonly until: number;
}

/** Some hundred bytes each. */
const MAX_ENTRIES = 5_000;

export class Memo {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** What `work` answered at most `ms` ago for this key, or answers now. */
  through<T>(key: string, ms: number, work: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    // One key has one kind of work: the caller's prefix sees to it.
    if (known && known.until > this.#now()) return known.value as Promise<T>;
    const value = work();
    value.catch(() => this.#entries.delete(key));
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.#now() + ms });
    if (this.#entries.size > MAX_ENTRIES) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return value;
  }
}
