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
import { WorkLoop } from "../work-loop.ts";
import type { AcmeContext } from "./context.ts";
import { workOn, type Work } from "./work.ts";

/** Attempts at once: authorities bound new orders too. */
const AT_ONCE = 3;
/** Domains come and go without a notice to us. */
const POLL_MS = 15_000;
const MIN_WAIT_MS = 250;

export function startAcme(
  ctx: AcmeContext,
  { chance = Math.random }: { chance?: () => number } = {},
): { stop(): Promise<void> } {
  return new AcmeWorker(ctx, chance);
}

class AcmeWorker {
  readonly #ctx: AcmeContext;
  readonly #chance: () => number;
  readonly #running = new Set<Promise<void>>();
  readonly #loop: WorkLoop;
  /** When the rows were last made those that follow from others; null: somebody told of a change since. */
  #syncedAt: number | null = null;

  constructor(ctx: AcmeContext, chance: () => number) {
    const { clock, log, notifications, pool } = ctx;
    this.#ctx = ctx;
    this.#chance = chance;
    this.#loop = new WorkLoop({
      ...{ clock, log, what: "certificates by ACME", pollMs: POLL_MS, minWaitMs: MIN_WAIT_MS },
      turn: () => this.#claim(),
      nextDue: async () => (this.#running.size >= AT_ONCE ? null : nextManagedDue(pool)),
      listen: (wake) => {
        const channels = [ACME_CHANNEL, CERTIFICATE_CHANNEL];
        const told = () => {
          this.#syncedAt = null;
          wake();
        };
        const offs = channels.map((one) => notifications.listen(one, told));
        return () => offs.forEach((off) => off());
      },
    });
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await Promise.all(this.#running);
    await giveBackManaged(this.#ctx.pool, this.#ctx.worker).catch((err: unknown) => {
      this.#ctx.log.error({ err }, "certificates by ACME: leases were not given back");
    });
  }

  /** True when there may be more to claim at once. */
  async #claim(): Promise<boolean> {
    const { pool, secrets, clock, worker } = this.#ctx;
    const account = await readAcmeAccount(pool, secrets);
    if (!account || account.accountUrl === null) return false;
    await this.#sync();
    const limit = AT_ONCE - this.#running.size;
    if (limit <= 0) return false; // whoever ends wakes us
    const rows = await claimManaged(pool, { worker, now: clock.now(), limit });
    for (const row of rows)
      this.#start({
        ctx: this.#ctx,
        account,
        row,
        stop: this.#loop.stopping,
        chance: this.#chance,
      });
    return rows.length === limit;
  }

  /** Not at each turn: an attempt that ends changes nothing that the names follow from. */
  async #sync(): Promise<void> {
    const { pool, clock, settings } = this.#ctx;
    const now = clock.now();
    if (this.#syncedAt !== null && now.getTime() - this.#syncedAt < POLL_MS) return;
    this.#syncedAt = now.getTime(); // before it is done: what is told of meanwhile counts
    const { hostName } = await readServerProfile(pool, settings.mailHostname);
    await syncManaged(pool, hostName, now);
  }

  #start(work: Work): void {
    const done = workOn(work)
      // What cannot be written now: the lease runs out by itself.
      .catch((err: unknown) => {
        if (!this.#loop.stopping.aborted)
          this.#ctx.log.error({ err, name: work.row.name }, "certificates by ACME");
      })
      .finally(() => {
        this.#running.delete(done);
        this.#loop.wake();
      });
    this.#running.add(done);
  }
}
