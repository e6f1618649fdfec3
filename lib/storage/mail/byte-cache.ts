/**
 * Things kept in memory up to a number of octets; what was not asked for goes first. Nothing moves when it
 * is asked for: it is marked, and its mark buys it a second round when its turn to go comes (CLOCK).
 */
interface Kept<V> {
  readonly value: V;
  readonly octets: number;
  asked: boolean;
}

export class ByteCache<K, V> {
  readonly #limit: number;
  /** Whose turn to go comes first stands first. */
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
    found.asked = true;
    return found.value;
  }

  /** What is larger than an eighth of the room is not kept: it would push out everything else. */
  keep(key: K, value: V, octets: number): void {
    this.#drop(key);
    if (octets > this.#limit / 8) return;
    this.#kept.set(key, { value, octets, asked: false });
    this.#octets += octets;
    for (const [first, kept] of this.#kept) {
      if (this.#octets <= this.#limit) return;
      if (kept.asked) this.#secondRound(first, kept);
      else this.#drop(first);
    }
  }

  #secondRound(key: K, kept: Kept<V>): void {
    kept.asked = false;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
  }

  #drop(key: K): void {
    this.#octets -= this.#kept.get(key)?.octets ?? 0;
    this.#kept.delete(key);
  }
}
