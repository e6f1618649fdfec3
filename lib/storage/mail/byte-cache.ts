/**
 * Things kept in memory up to a number of octets; what was not asked for goes first. Nothing moves when it
 * is asked for: it is marked, and its mark buys it a second round when its turn to go comes (CLOCK).
 *
 * They stand in a chain of their own: a Map is in order too, but whoever looks for its first passes over the
 * places of all that went before, thousands by the time it grows anew.
 */
interface Kept<K, V> {
  readonly key: K;
  readonly value: V;
  readonly octets: number;
  asked: boolean;
  before: Kept<K, V> | null;
  behind: Kept<K, V> | null;
}

export class ByteCache<K, V> {
  readonly #limit: number;
  readonly #kept = new Map<K, Kept<K, V>>();
  /** Whose turn to go comes first, and last. */
  #first: Kept<K, V> | null = null;
  #last: Kept<K, V> | null = null;
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
    const known = this.#kept.get(key);
    if (known !== undefined) this.#drop(known);
    if (octets > this.#limit / 8) return;
    const kept: Kept<K, V> = { key, value, octets, asked: false, before: null, behind: null };
    this.#kept.set(key, kept);
    this.#octets += octets;
    this.#append(kept);
    while (this.#first !== null && this.#octets > this.#limit) {
      if (this.#first.asked) this.#secondRound(this.#first);
      else this.#drop(this.#first);
    }
  }

  #secondRound(kept: Kept<K, V>): void {
    kept.asked = false;
    this.#unlink(kept);
    this.#append(kept);
  }

  #drop(kept: Kept<K, V>): void {
    this.#octets -= kept.octets;
    this.#kept.delete(kept.key);
    this.#unlink(kept);
  }

  #append(kept: Kept<K, V>): void {
    kept.before = this.#last;
    if (this.#last === null) this.#first = kept;
    else this.#last.behind = kept;
    this.#last = kept;
  }

  /** Points at nobody afterwards: one that is gone but old would keep its neighbours for the collector. */
  #unlink(kept: Kept<K, V>): void {
    if (kept.before === null) this.#first = kept.behind;
    else kept.before.behind = kept.behind;
    if (kept.behind === null) this.#last = kept.before;
    else kept.behind.before = kept.before;
    kept.before = kept.behind = null;
  }
}
