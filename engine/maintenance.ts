/**
 * Keeps the database from growing for ever: unused bytes, old days of the trace, finished mail
 * (lib/storage/maintenance.ts). Every engine offers; the database lets one at a time do it.
 */
import type { Pool } from "pg";
import type { Logger } from "pino";
import { maintain } from "../lib/storage/maintenance.ts";
import { startPasses } from "./passes.ts";

/** After a start there is better to do; a crash loop must not mean maintenance without end. */
const FIRST_MS = 10 * 60_000;
const EVERY_MS = 4 * 3_600_000;

interface Options {
  readonly pool: Pool;
  readonly log: Logger;
  readonly traceDays: number;
}

export const startMaintenance = ({ pool, log, traceDays }: Options): { stop(): Promise<void> } =>
  startPasses({
    firstMs: FIRST_MS,
    everyMs: () => EVERY_MS,
    failed: "maintenance failed",
    log,
    async run(signal) {
      const done = await maintain(pool, { traceDays, signal });
      if (done) log.info({ ...done }, "maintenance done");
    },
  });
