/**
 * The loop of those who work through rows that come due: a turn, and another at once while there is more;
 * then sleep until the next is due or somebody says that there is work (NOTIFY). A slow poll is the safety
 * net for a notice that was lost. What a turn begins is its owner's.
 */
import type { Logger } from "pino";
import type { Clock } from "../lib/mail/ports.ts";

/** After a failure of the database itself. */
const PAUSE_MS = 5_000;

export interface WorkLoopParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Before the cause, when a turn fails. */
  readonly what: string;
  readonly pollMs: number;
  /** Due rows that cannot be claimed now must not make us spin. */
  readonly minWaitMs: number;
  /** True when there may be more to claim at once. */
  turn(): Promise<boolean>;
  /** Null: nothing is due, or nothing can begin before something has ended. */
  nextDue(): Promise<Date | null>;
  /** Answers how to stop listening. */
  listen(wake: () => void): () => void;
}

export class WorkLoop {
  readonly #parts: WorkLoopParts;
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(parts: WorkLoopParts) {
    this.#parts = parts;
  }

  /** Aborts when no more turns are made. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  start(): void {
    this.#ended = this.#run();
  }

  wake(): void {
    this.#wake.abort();
  }

  /** Resolves when the last turn is over. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { log, what, listen, turn } = this.#parts;
    const off = listen(() => this.wake());
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController(); // before the turn: what is said during it is heard after it
      try {
        const more = await turn();
        if (!more) await this.#pause(await this.#untilNext());
      } catch (err) {
        log.error({ err }, what);
        await this.#pause(PAUSE_MS);
      }
    }
    off();
  }

  async #untilNext(): Promise<number> {
    const { clock, pollMs, minWaitMs, nextDue } = this.#parts;
    const due = await nextDue();
    if (due === null) return pollMs;
    return Math.min(Math.max(due.getTime() - clock.now().getTime(), minWaitMs), pollMs);
  }

  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#wake.signal, this.#stop.signal]);
    await this.#parts.clock.sleep(ms, signal).catch(() => undefined);
  }
}
