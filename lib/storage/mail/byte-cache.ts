/** Things kept in memory up to a number of octets; what was not asked for longest goes first. */
interface Kept<V> {
  readonly value: V;
  readonly octets: number;
}

export class ByteCache<K, V> {
  readonly #limit: number;
  /** Longest unused first. */
  readonly #kept = new Map<K, Kept<V>>();
  #octets = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Octets held now, as their keepers counted them. */
  get octets(): number {
    return this.#octets;
  }

  get(key: K): V | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.value;
  }

  /** What is larger than an eighth of the room is not kept: it would push out everything else. */
  keep(key: K, value: V, octets: number): void {
    this.#drop(key);
    if (octets > this.#limit / 8) return;
    this.#kept.set(key, { value, octets });
    this.#octets += octets;
    for (const oldest of this.#kept.keys()) {
      if (this.#octets <= this.#limit) return;
      this.#drop(oldest);
    }
  }

  #drop(key: K): void {
    this.#octets -= this.#kept.get(key)?.octets ?? 0;
    this.#kept.delete(key);
  }
}
