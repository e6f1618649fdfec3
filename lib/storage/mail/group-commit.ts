/**
 * Group commit: parcels that arrive while others are being written share the next transaction, so
 * one wait for the disk answers many. A lone parcel does not wait for company.
 *
 * A parcel that makes the whole transaction fail does not take the others with it: the batch is
 * rolled back and its parcels are written one by one. Except when the connection was lost: then
 * nobody knows whether the commit happened, writing again might store twice, and all hear
 * `unavailable`.
 */
import type pg from "pg";
import { MailError } from "../../mail/errors.ts";
import type { Stored } from "../../mail/ports.ts";
import { isCertainlyRolledBack } from "../errors.ts";
import { inTransaction } from "../sql.ts";
import { writeParcels, type Parcel, type ParcelOutcome, type Written } from "./parcels.ts";

/** While one batch waits for the disk, another is prepared. More would split the company up. */
const MAX_BATCHES = 2;
const MAX_PARCELS = 128;
/** Of heads in one batch: bounds memory and the size of one statement. */
const MAX_BYTES = 8 * 1024 * 1024;

interface Waiting {
  readonly parcel: Parcel;
  readonly bytes: number;
  readonly resolve: (stored: readonly Stored[]) => void;
  readonly reject: (error: unknown) => void;
}

export class GroupCommit {
  readonly #pool: pg.Pool;
  readonly #committed: (written: Written) => Promise<void>;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Set<Promise<void>>();
  #scheduled = false;

  /** `committed` is awaited before the parcels of a batch are answered; it must not throw. */
  constructor(pool: pg.Pool, committed: (written: Written) => Promise<void>) {
    this.#pool = pool;
    this.#committed = committed;
  }

  /** Resolves after commit. */
  write(parcel: Parcel): Promise<readonly Stored[]> {
    const bytes = parcel.placements.reduce((sum, { blob }) => sum + blob.head.length, 0);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ parcel, bytes, resolve, reject });
      this.#schedule();
    });
  }

  /** Waits for everything that was asked for. */
  async idle(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running.size > 0) {
      await Promise.race([...this.#running, new Promise((done) => setImmediate(done))]);
    }
  }

  /** What arrives in the same turn of the event loop goes together. */
  #schedule(): void {
    if (this.#scheduled || this.#running.size >= MAX_BATCHES) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#waiting.length > 0 && this.#running.size < MAX_BATCHES) this.#start();
    });
  }

  #start(): void {
    const run = this.#run(this.#takeBatch()).finally(() => {
      this.#running.delete(run);
      if (this.#waiting.length > 0) this.#schedule();
    });
    this.#running.add(run);
    if (this.#waiting.length > 0) this.#schedule();
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    const fits = this.#waiting.findIndex((item, at) => {
      bytes += item.bytes;
      return at > 0 && (bytes > MAX_BYTES || at >= MAX_PARCELS);
    });
    return this.#waiting.splice(0, fits < 0 ? this.#waiting.length : fits);
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    try {
      const parcels = batch.map((item) => item.parcel);
      const written = await inTransaction(this.#pool, (tx) => writeParcels(tx, parcels));
      await this.#committed(written);
      batch.forEach((item, at) => answer(item, written.outcomes[at]));
    } catch (error) {
      if (batch.length > 1 && isCertainlyRolledBack(error)) {
        for (const item of batch) await this.#run([item]);
      } else {
        for (const item of batch) item.reject(error);
      }
    }
  }
}

function answer({ resolve, reject }: Waiting, outcome: ParcelOutcome | undefined): void {
  if (outcome instanceof MailError) reject(outcome);
  else resolve(outcome ?? []);
}
