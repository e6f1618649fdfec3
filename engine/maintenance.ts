/**
 * Keeps the database from growing for ever: unused bytes, old days of the trace, finished mail
 * (lib/storage/maintenance.ts). Every engine offers; the database lets one at a time do it.
 */
import type { Pool } from "pg";
import type { Logger } from "pino";
import { maintain } from "../lib/storage/maintenance.ts";

/** After a start there is better to do; a crash loop must not mean maintenance without end. */
const FIRST_MS = 10 * 60_000;
const EVERY_MS = 4 * 3_600_000;

interface Options {
  readonly pool: Pool;
  readonly log: Logger;
  readonly traceDays: number;
}

export function startMaintenance({ pool, log, traceDays }: Options): { stop(): Promise<void> } {
  const ending = new AbortController();
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  const plan = (ms: number) => {
    timer = setTimeout(() => (running = once()), ms).unref();
  };
  const once = async () => {
    try {
      const done = await maintain(pool, { traceDays, signal: ending.signal });
      if (done) log.info({ ...done }, "maintenance done");
    } catch (error) {
      log.error({ err: error }, "maintenance failed");
    }
    if (!ending.signal.aborted) plan(EVERY_MS);
  };
  plan(FIRST_MS);
  return {
    async stop() {
      ending.abort();
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
