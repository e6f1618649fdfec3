/** Waits for what comes by itself: tried fifty times a second, for twenty seconds. */
import { setTimeout as delay } from "node:timers/promises";

export async function until(check: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (await check()) return;
    await delay(20);
  }
  throw new Error(`waited in vain for ${what}`);
}
