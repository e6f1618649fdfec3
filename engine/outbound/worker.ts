/**
 * The loop that empties the queue: claims what is due, delivers it, sleeps until the next is due or
 * somebody says that there is work (NOTIFY); a slow poll is the safety net.
 *
 * Two bounds: deliveries in all, and per destination. A destination at its bound is left alone by the next
 * claim, so a slow domain holds its own few slots and nobody else's. What one claim brings beyond a bound
 * waits here, but not for long: then it is given back, for its lease must outlive its delivery.
 */
import type { QueueBatch } from "../../lib/mail/ports.ts";
import { afterFailure, nextAttempt } from "../../lib/mail/retry.ts";
import type { EngineContext } from "../context.ts";
import { WorkLoop } from "../work-loop.ts";
import { deliverBatch } from "./deliver.ts";
import type { RemoteOptions } from "./remote.ts";
import { TIMEOUTS } from "./session.ts";

export interface OutboundOptions {
  /** Names the leases of this process. */
  readonly worker: string;
  readonly perDestination?: number;
  readonly graceMs?: number;
  readonly maxWaitMs?: number;
  /** For tests: other time-outs, roots of trust, a local address. */
  readonly remote?: Partial<RemoteOptions>;
}

export interface Outbound {
  /** Takes no more work, lets deliveries end for a while, then ends them. */
  stop(): Promise<void>;
}

/** More connections at once look like an attack to many servers. */
const PER_DESTINATION = 5;
/** Batches per claim: the transaction stays short, other engines get their share. */
const MAX_CLAIM = 50;
/** Safety net for a NOTIFY that was lost. */
const POLL_MS = 60_000;
/** Due rows that cannot be claimed now must not make us spin. */
const MIN_WAIT_MS = 1_000;
/** Less than a supervisor waits before it kills. */
const GRACE_MS = 20_000;
/** What a slow destination has no room for is given back after this: another engine may have. */
const MAX_WAIT_MS = 60_000;
/** With MAX_WAIT_MS and a poll well within the lease (lib/storage/queue.ts: 30 minutes). */
const ATTEMPT_MS = 25 * 60_000;

export function startOutbound(ctx: EngineContext, options: OutboundOptions): Outbound {
  return new Worker(ctx, options);
}

/** Written before dialling. The very last attempt is due when the delay notice said. */
function ifThisFails(attempts: number, now: Date, createdAt: Date): Date {
  const chance = Math.random();
  return afterFailure({ createdAt, now, attempts, chance }) ?? nextAttempt(attempts, now, chance);
}

interface Waiting {
  readonly batch: QueueBatch;
  readonly claimedAt: number;
}

class Worker {
  readonly #ctx: EngineContext;
  readonly #options: OutboundOptions;
  readonly #perDestination: number;
  readonly #maxWaitMs: number;
  /** Deliveries on their way, by destination. */
  readonly #running = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  readonly #deliveries = new Set<Promise<void>>();
  readonly #loop: WorkLoop;
  /** Ends deliveries. */
  readonly #abort = new AbortController();

  constructor(ctx: EngineContext, options: OutboundOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#perDestination = options.perDestination ?? PER_DESTINATION;
    this.#maxWaitMs = options.maxWaitMs ?? MAX_WAIT_MS;
    const { clock, log, queue } = ctx;
    this.#loop = new WorkLoop({
      ...{ clock, log, what: "outbound queue", pollMs: POLL_MS, minWaitMs: MIN_WAIT_MS },
      turn: () => this.#claim(),
      nextDue: async () => (this.#isFull() ? null : queue.nextDue()),
      listen: (wake) => queue.onWork(wake),
    });
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    const grace = setTimeout(() => this.#abort.abort(), this.#options.graceMs ?? GRACE_MS);
    await Promise.all(this.#deliveries);
    clearTimeout(grace);
    const { queue, clock, log } = this.#ctx;
    await queue.giveBack(this.#options.worker, clock.now()).catch((error: unknown) => {
      log.error({ err: error }, "outbound queue: leases were not given back");
    });
  }

  /** True when there may be more to claim at once. */
  async #claim(): Promise<boolean> {
    const { queue, clock, settings } = this.#ctx;
    await this.#giveBackLate();
    const free = settings.limits.deliveryConcurrency - this.#deliveries.size;
    if (free <= 0) return false;
    const limit = Math.min(free, MAX_CLAIM);
    const batches = await queue.claim({
      worker: this.#options.worker,
      now: clock.now(),
      limit,
      busy: [...this.#running.keys()].filter((name) => !this.#hasRoom(name)),
      nextAttempt: ifThisFails,
    });
    const claimedAt = Date.now();
    for (const batch of batches) this.#waiting.push({ batch, claimedAt });
    this.#startWaiting();
    return batches.length >= limit;
  }

  /** Starts what the bounds allow, oldest first. */
  #startWaiting(): void {
    if (this.#loop.stopping.aborted) return; // stop() gives all of it back
    for (const entry of this.#waiting.splice(0)) {
      if (this.#isFull() || !this.#hasRoom(entry.batch.destination)) this.#waiting.push(entry);
      else this.#start(entry.batch);
    }
  }

  #isFull(): boolean {
    return this.#deliveries.size >= this.#ctx.settings.limits.deliveryConcurrency;
  }

  async #giveBackLate(): Promise<void> {
    const isLate = ({ claimedAt }: Waiting) => Date.now() - claimedAt > this.#maxWaitMs;
    const late = this.#waiting.filter(isLate);
    if (late.length === 0) return;
    this.#waiting.splice(
      0,
      this.#waiting.length,
      ...this.#waiting.filter((w) => !late.includes(w)),
    );
    const ids = late.flatMap(({ batch }) => batch.recipients.map(({ id }) => id));
    await this.#ctx.queue.giveBack(this.#options.worker, this.#ctx.clock.now(), ids);
  }

  #hasRoom(destination: string): boolean {
    return (this.#running.get(destination) ?? 0) < this.#perDestination;
  }

  #start(batch: QueueBatch): void {
    const { destination, queueId } = batch;
    this.#count(destination, 1);
    const delivery = this.#deliver(batch)
      .catch((error: unknown) => {
        // The lease ends and the batch comes back (at least once, never lost).
        this.#ctx.log.error({ err: error, queueId, destination }, "delivery was not recorded");
      })
      .finally(() => {
        this.#deliveries.delete(delivery);
        this.#count(destination, -1);
        this.#startWaiting();
        this.#loop.wake();
      });
    this.#deliveries.add(delivery);
  }

  async #deliver(batch: QueueBatch): Promise<void> {
    const { settings, resolver } = this.#ctx;
    const remote: RemoteOptions = {
      resolver,
      port: settings.smtpDeliveryPort,
      privateNetworks: settings.deliverToPrivateNetworks,
      hostName: settings.mailHostname,
      timeouts: TIMEOUTS,
      roots: null,
      ...this.#options.remote,
    };
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), ATTEMPT_MS);
    const signal = AbortSignal.any([this.#abort.signal, end.signal]);
    try {
      await deliverBatch(batch, { ctx: this.#ctx, remote, signal, stopping: this.#abort.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  #count(destination: string, change: number): void {
    const count = (this.#running.get(destination) ?? 0) + change;
    if (count > 0) this.#running.set(destination, count);
    else this.#running.delete(destination);
  }
}
