/** The real clock (lib/mail/ports.ts `Clock`). */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../lib/mail/ports.ts";

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
};
