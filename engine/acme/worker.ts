/**
 * Certificates by ACME: makes the rows of `managed_certificate` those that follow from domains and the
 * host's name, claims what is due, works on it, sleeps until the next is due or somebody asks (NOTIFY). Any
 * number of engines share the rows by leases. Without a registered account nothing is done.
 */
import { ACME_CHANNEL } from "../../lib/storage/acme-channels.ts";
import { readAcmeAccount } from "../../lib/storage/acme-accounts.ts";
import {
  claimManaged,
  giveBackManaged,
  nextManagedDue,
  syncManaged,
} from "../../lib/storage/managed-certificates.ts";
import { readServerProfile } from "../../lib/storage/server-profile.ts";
import { CERTIFICATE_CHANNEL } from "../../lib/storage/certificates.ts";
import type { AcmeContext } from "./context.ts";
import { workOn, type Work } from "./work.ts";

/** Attempts at once: authorities bound new orders too. */
const AT_ONCE = 3;
/** Domains come and go without a notice to us. */
const POLL_MS = 15_000;
const MIN_WAIT_MS = 250;
/** After a failure of the database itself. */
const PAUSE_MS = 5_000;

export function startAcme(
  ctx: AcmeContext,
  { chance = Math.random }: { chance?: () => number } = {},
): { stop(): Promise<void> } {
  const worker = new AcmeWorker(ctx, chance);
  const ended = worker.run();
  return { stop: () => worker.stop(ended) };
}

class AcmeWorker {
  readonly #ctx: AcmeContext;
  readonly #chance: () => number;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #wake = new AbortController();

  constructor(ctx: AcmeContext, chance: () => number) {
    this.#ctx = ctx;
    this.#chance = chance;
  }

  async run(): Promise<void> {
    const { notifications } = this.#ctx;
    const wake = () => this.#wake.abort();
    const offs = [ACME_CHANNEL, CERTIFICATE_CHANNEL].map((one) => notifications.listen(one, wake));
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      try {
        const more = await this.#claim();
        if (!more) await this.#pause(await this.#untilNext());
      } catch (err) {
        this.#ctx.log.error({ err }, "certificates by ACME");
        await this.#pause(PAUSE_MS);
      }
    }
    for (const off of offs) off();
  }

  async stop(ended: Promise<void>): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await ended;
    await Promise.all(this.#running);
    await giveBackManaged(this.#ctx.pool, this.#ctx.worker).catch((err: unknown) => {
      this.#ctx.log.error({ err }, "certificates by ACME: leases were not given back");
    });
  }

  /** True when there may be more to claim at once. */
  async #claim(): Promise<boolean> {
    const { pool, secrets, clock, settings, worker } = this.#ctx;
    const account = await readAcmeAccount(pool, secrets);
    if (!account || account.accountUrl === null) return false;
    const { hostName } = await readServerProfile(pool, settings.mailHostname);
    await syncManaged(pool, hostName, clock.now());
    const limit = AT_ONCE - this.#running.size;
    if (limit <= 0) return false; // whoever ends wakes us
    const rows = await claimManaged(pool, { worker, now: clock.now(), limit });
    for (const row of rows)
      this.#start({ ctx: this.#ctx, account, row, stop: this.#stop.signal, chance: this.#chance });
    return rows.length === limit;
  }

  #start(work: Work): void {
    const done = workOn(work)
      // What cannot be written now: the lease runs out by itself.
      .catch((err: unknown) => {
        if (!this.#stop.signal.aborted)
          this.#ctx.log.error({ err, name: work.row.name }, "certificates by ACME");
      })
      .finally(() => {
        this.#running.delete(done);
        this.#wake.abort();
      });
    this.#running.add(done);
  }

  async #untilNext(): Promise<number> {
    if (this.#running.size >= AT_ONCE) return POLL_MS;
    const due = await nextManagedDue(this.#ctx.pool);
    const now = this.#ctx.clock.now().getTime();
    const wait = due === null ? POLL_MS : due.getTime() - now;
    return Math.min(Math.max(wait, MIN_WAIT_MS), POLL_MS);
  }

  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#wake.signal, this.#stop.signal]);
    await this.#ctx.clock.sleep(ms, signal).catch(() => undefined);
  }
}
