/**
 * Named limits of the connection kernel, and the two things that count by address: connections that
 * are open and sign-ins that failed. All state is bounded, whatever strangers do.
 *
 * Loopback (a webmail, a monitor) and the load balancers that we trust stand for many people: strangers
 * from there get a higher limit, never none, and who has signed in counts only among all.
 */
import { isLoopback, networkOf } from "./ip.ts";

/** Bytes received ahead of the session per connection: enough for any pipeline, small times 10,000. */
export const RECEIVE_BUFFER = 64 * 1024;
/** A line that is this much too long is not a mistake: the connection is cut. */
export const MAX_SKIPPED = 1024 * 1024;
/** RFC 5321 §4.5.3.2.7 asks for 5 minutes at least; sessions set their own after the greeting. */
export const DEFAULT_IDLE_MS = 5 * 60_000;
/** A peer that takes nothing for so long is gone (RFC 5321 §4.5.3.2.5 gives a block 3 minutes). */
export const WRITE_STALL_MS = 3 * 60_000;
/** TLS handshakes take a few round trips; slower ones only hold memory. */
export const TLS_HANDSHAKE_MS = 15_000;
/** The PROXY header is the proxy's first packet. */
export const PROXY_HEADER_MS = 5_000;
/** After our FIN was sent: the peer may say its own, then the socket is cut. */
export const LINGER_MS = 5_000;
/** Sessions may finish what they are at when the server stops. */
export const DRAIN_MS = 10_000;

export interface ConnectionLimits {
  /** All connections of this process. */
  readonly total: number;
  /** Of those, peers that have not signed in: leaves room for users however many strangers come. */
  readonly strangers: number;
  /** Per address (IPv6: per /64). */
  readonly perAddress: number;
  readonly strangersPerAddress: number;
  /** From loopback or a trusted load balancer. */
  readonly strangersPerRelay: number;
}

/** What an idle one costs with TLS is measured in bench/README.md. */
export const DEFAULT_LIMITS: ConnectionLimits = {
  total: 20_000,
  strangers: 2_000,
  perAddress: 400, // an office behind one address, several clients each, IMAP opens up to 10
  strangersPerAddress: 50,
  strangersPerRelay: 1_000, // half of all, so that others still get in
};

/** A connection that was let in. */
export interface Admission {
  /** The peer signed in: it stops counting as a stranger. */
  authenticated(): void;
  release(): void;
}

/** Counts open connections, over all listeners of this process that share it. */
export class ConnectionCounter {
  readonly #limits: ConnectionLimits;
  readonly #known = new Map<string, number>();
  readonly #strangers = new Map<string, number>();
  #totalKnown = 0;
  #totalStrangers = 0;

  constructor(limits: Partial<ConnectionLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  get open(): number {
    return this.#totalKnown + this.#totalStrangers;
  }

  get strangers(): number {
    return this.#totalStrangers;
  }

  /**
   * Null: refused. Costs two map look-ups and keeps nothing. `relay`: the address is a load balancer's,
   * whose client is not known yet.
   */
  admit(address: string, { relay = isLoopback(address) } = {}): Admission | null {
    const network = networkOf(address);
    if (!this.#hasRoom(network, relay)) return null;
    add(this.#strangers, network, 1);
    this.#totalStrangers++;
    let state: "stranger" | "known" | "gone" = "stranger";
    return {
      authenticated: () => {
        if (state !== "stranger") return;
        state = "known";
        this.#leaveStrangers(network);
        add(this.#known, network, 1);
        this.#totalKnown++;
      },
      release: () => {
        if (state === "stranger") this.#leaveStrangers(network);
        if (state === "known") {
          add(this.#known, network, -1);
          this.#totalKnown--;
        }
        state = "gone";
      },
    };
  }

  #hasRoom(network: string, relay: boolean): boolean {
    const limits = this.#limits;
    if (this.open >= limits.total || this.#totalStrangers >= limits.strangers) return false;
    const strangers = this.#strangers.get(network) ?? 0;
    if (relay) return strangers < limits.strangersPerRelay;
    const all = strangers + (this.#known.get(network) ?? 0);
    return all < limits.perAddress && strangers < limits.strangersPerAddress;
  }

  #leaveStrangers(network: string): void {
    add(this.#strangers, network, -1);
    this.#totalStrangers--;
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}

export interface FailureLimits {
  /** Wrong passwords that cost nothing: people mistype. */
  readonly free: number;
  /** Wrong passwords after which the address is refused unheard. */
  readonly max: number;
  readonly maxLoopback: number;
  /** A failure is forgotten after this long. */
  readonly windowMs: number;
  /** The delay doubles from here with each further failure … */
  readonly delayMs: number;
  /** … up to this: longer would only hold our memory. */
  readonly maxDelayMs: number;
}

const DEFAULT_FAILURE_LIMITS: FailureLimits = {
  free: 3,
  max: 30,
  maxLoopback: 300, // a webmail on this host fails for all of its users
  windowMs: 15 * 60_000,
  delayMs: 250,
  maxDelayMs: 8_000,
};

/** Addresses remembered: past this the oldest is forgotten. */
const MAX_TRACKED = 20_000;

/** Failed sign-ins per address. Leaky: one failure is forgiven every `windowMs / max`. */
export class FailureLimiter {
  readonly #limits: FailureLimits;
  /** In order of last failure. */
  readonly #failures = new Map<string, { count: number; at: number }>();

  constructor(limits: Partial<FailureLimits> = {}) {
    this.#limits = { ...DEFAULT_FAILURE_LIMITS, ...limits };
  }

  blocked(address: string, now: number): boolean {
    return this.#count(address, now) >= this.#max(address);
  }

  /** Notes a failure; answers how long to wait before saying so. */
  failed(address: string, now: number): number {
    const count = this.#count(address, now) + 1;
    const network = networkOf(address);
    this.#failures.delete(network);
    this.#failures.set(network, { count, at: now });
    if (this.#failures.size > MAX_TRACKED) this.#forgetOldest();
    const over = count - this.#limits.free;
    if (over <= 0) return 0;
    return Math.min(this.#limits.maxDelayMs, this.#limits.delayMs * 2 ** Math.min(over - 1, 30));
  }

  get tracked(): number {
    return this.#failures.size;
  }

  #count(address: string, now: number): number {
    const entry = this.#failures.get(networkOf(address));
    if (!entry) return 0;
    const forgiven = ((now - entry.at) * this.#max(address)) / this.#limits.windowMs;
    return Math.max(0, entry.count - forgiven);
  }

  #max(address: string): number {
    return isLoopback(address) ? this.#limits.maxLoopback : this.#limits.max;
  }

  #forgetOldest(): void {
    const oldest = this.#failures.keys().next();
    if (!oldest.done) this.#failures.delete(oldest.value);
  }
}
