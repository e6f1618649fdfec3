/**
 * Passwords that were right a moment ago, so that a client which signs in every minute, or opens ten
 * connections at once, does not cost Argon2 each time.
 *
 * Kept: an HMAC under a key of this process, bound to the stored hash: a changed password is a miss.
 * Never kept: passwords, and failures (those must stay expensive). Bounded in number and age.
 */
import { createHmac, randomBytes } from "node:crypto";

const MAX_ENTRIES = 10_000;
/** A stolen memory image can be tried against a fast HMAC for this long, not longer. */
const MAX_AGE_MS = 10 * 60_000;

export class VerifiedCache {
  readonly #key = randomBytes(32);
  /** HMAC → when it was verified, oldest first. */
  readonly #entries = new Map<string, number>();
  readonly #running = new Map<string, Promise<boolean>>();

  get size(): number {
    return this.#entries.size;
  }

  /** The answer of `verify`, asked once for equal questions that come together or soon after a yes. */
  async check(
    passwordHash: string,
    password: string,
    { now, verify }: { now: number; verify: () => Promise<boolean> },
  ): Promise<boolean> {
    const id = createHmac("sha256", this.#key)
      .update(`${passwordHash}\0${password}`)
      .digest("base64");
    const at = this.#entries.get(id);
    if (at !== undefined && now - at < MAX_AGE_MS) return true;
    const running = this.#running.get(id) ?? this.#start(id, verify);
    const right = await running;
    if (right) this.#keep(id, now);
    return right;
  }

  #start(id: string, verify: () => Promise<boolean>): Promise<boolean> {
    const running = verify().finally(() => this.#running.delete(id));
    this.#running.set(id, running);
    return running;
  }

  #keep(id: string, now: number): void {
    this.#entries.delete(id);
    this.#entries.set(id, now);
    for (const [oldest, at] of this.#entries) {
      if (this.#entries.size <= MAX_ENTRIES && now - at < MAX_AGE_MS) break;
      this.#entries.delete(oldest);
    }
  }
}
