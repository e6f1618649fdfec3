/**
 * The watch: claims what is due to be looked at, looks, keeps, sleeps until the next is due or somebody
 * asks (NOTIFY); a slow poll is the safety net. Any number of engines share the rows by leases.
 *
 * Looks mostly wait for the network: some run side by side, bounded so that the checker of two thousand
 * domains stays a small part of one core.
 */
import { WATCH_CHANNEL, DNS_CHANNEL } from "../../lib/storage/dns-channels.ts";
import {
  claimWatches,
  giveBackWatches,
  nextWatchDue,
  putOffWatch,
  type WatchRow,
} from "../../lib/storage/dns-watch.ts";
import { Memo } from "../probes/memo.ts";
import { AFTER_LOOK } from "./after-look.ts";
import { WorkLoop } from "../work-loop.ts";
import type { WatchContext } from "./context.ts";
import { keepLook } from "./keep.ts";
import { lookAt } from "./look.ts";
import { tellPending } from "./notices.ts";
import { loadTargets, type Target } from "./target.ts";

/** Looks at once. */
const AT_ONCE = 8;
/** Safety net for a NOTIFY that was lost; also how late an open page may be noticed. */
const POLL_MS = 15_000;
const MIN_WAIT_MS = 250;
/** A look that was cut or failed is made again after this, by whoever is there. */
const AGAIN_MS = 60_000;

export interface WatchOptions {
  /** Names the leases of this process. */
  readonly worker: string;
  /** For tests: 0 … 1. */
  readonly chance?: () => number;
}

export function startWatch(ctx: WatchContext, options: WatchOptions): { stop(): Promise<void> } {
  return new Watch(ctx, options);
}

class Watch {
  readonly #ctx: WatchContext;
  readonly #options: WatchOptions;
  readonly #memo: Memo;
  readonly #running = new Set<Promise<void>>();
  readonly #loop: WorkLoop;

  constructor(ctx: WatchContext, options: WatchOptions) {
    const { clock, log, notifications, pool } = ctx;
    this.#ctx = ctx;
    this.#options = options;
    this.#memo = new Memo(() => clock.now().getTime());
    this.#loop = new WorkLoop({
      ...{ clock, log, what: "watch over DNS", pollMs: POLL_MS, minWaitMs: MIN_WAIT_MS },
      turn: () => this.#claim(),
      nextDue: () => nextWatchDue(pool),
      listen: (wake) => notifications.listen(WATCH_CHANNEL, wake),
    });
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await Promise.all(this.#running);
    await giveBackWatches(this.#ctx.pool, this.#options.worker).catch((err: unknown) => {
      this.#ctx.log.error({ err }, "watch over DNS: leases were not given back");
    });
  }

  /** True when there may be more to claim at once. */
  async #claim(): Promise<boolean> {
    const { pool, clock, settings } = this.#ctx;
    const free = AT_ONCE - this.#running.size;
    if (free <= 0) {
      await Promise.race(this.#running);
      return true;
    }
    const { worker } = this.#options;
    const rows = await claimWatches(pool, { worker, now: clock.now(), limit: free });
    try {
      const targets = await loadTargets(pool, rows, settings.mailHostname);
      for (const target of targets) this.#start(target);
    } catch (err) {
      for (const row of rows) await this.#failed(row, err);
    }
    return rows.length === free;
  }

  #start(target: Target): void {
    const look = this.#look(target)
      .catch((err: unknown) => this.#failed(target.row, err))
      .finally(() => {
        this.#running.delete(look);
        this.#loop.wake();
      });
    this.#running.add(look);
  }

  async #look(target: Target): Promise<void> {
    const { pool, clock, notifications, log } = this.#ctx;
    const { row, domain } = target;
    const full = row.nextFullAt <= clock.now();
    const signal = this.#loop.stopping;
    const looked = await lookAt(target, { ctx: this.#ctx, memo: this.#memo, full, signal });
    const chance = (this.#options.chance ?? Math.random)();
    const { worker } = this.#options;
    const kept = await keepLook(pool, target, looked, { now: clock.now(), chance, worker });
    if (kept === null) return log.warn({ row: row.id }, "a look at DNS took longer than its lease");
    notifications.publish(DNS_CHANNEL, [row.domainId ?? "server"]);
    const subject = domain?.name ?? "server";
    log.debug({ subject, full, ms: looked.ms, next: kept.nextAt }, "looked at DNS");
    for (const hook of AFTER_LOOK) await hook(this.#ctx, target);
    await tellPending(this.#ctx, target);
  }

  /** Put off, so that what fails does not fail without pause. */
  async #failed({ id, domainId }: WatchRow, err: unknown): Promise<void> {
    const { pool, log } = this.#ctx;
    if (!this.#loop.stopping.aborted) log.warn({ err, domainId }, "a look at DNS failed");
    const { worker } = this.#options;
    const seconds = this.#loop.stopping.aborted ? 0 : AGAIN_MS / 1000;
    // What cannot be written now: the lease runs out by itself.
    await putOffWatch(pool, { id, worker, seconds }).catch(() => undefined);
  }
}
