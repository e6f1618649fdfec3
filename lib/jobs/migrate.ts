/** graphile-worker's own tables (schema `graphile_worker`), brought up to date. Safe to run again. */
import type { Pool } from "pg";
import { Logger, runMigrations } from "graphile-worker";

export async function migrateJobs(pool: Pool): Promise<void> {
  const silent = new Logger(() => () => undefined);
  await runMigrations({ pgPool: pool, logger: silent });
}
