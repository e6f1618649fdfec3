/** Long work of one session between the short work of others. */
import { setImmediate as breathe } from "node:timers/promises";
import type { Steps } from "../../lib/mail/steps.ts";

/** Milliseconds of work before others have their turn. */
const SLICE_MS = 10;

/** Runs work that yields between its steps. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (let until = performance.now() + SLICE_MS; ;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() < until) continue;
    await breathe();
    until = performance.now() + SLICE_MS;
  }
}
