/** What was true of an address a moment ago: forgotten after a while, bounded in number. */
export class Recent {
  readonly #until = new Map<string, number>();
  readonly #ms: number;
  readonly #most: number;
  readonly #now: () => number;

  constructor({ ms, most, now }: { ms: number; most: number; now: () => number }) {
    this.#ms = ms;
    this.#most = most;
    this.#now = now;
  }

  has(address: string): boolean {
    return (this.#until.get(address) ?? -Infinity) > this.#now();
  }

  note(address: string): void {
    this.#until.delete(address);
    this.#until.set(address, this.#now() + this.#ms);
    const [oldest] = this.#until.keys();
    if (oldest !== undefined && this.#until.size > this.#most) this.#until.delete(oldest);
  }

  forget(address: string): void {
    this.#until.delete(address);
  }
}
