/** Long work of one session between the short work of others. */
import { setImmediate as breathe } from "node:timers/promises";
import type { Steps } from "../../lib/mail/steps.ts";

/** Milliseconds of work before others have their turn. */
const SLICE_MS = 10;

/** For work that awaits now and then, but perhaps nothing that takes time: `if (turns.due) await turns.give()`. */
export class Turns {
  #until = performance.now() + SLICE_MS;

  /** Others have waited for long enough. */
  get due(): boolean {
    return performance.now() >= this.#until;
  }

  async give(): Promise<void> {
    await breathe();
    this.#until = performance.now() + SLICE_MS;
  }
}

/** Runs work that yields between its steps. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (const turns = new Turns(); ;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (turns.due) await turns.give();
  }
}
