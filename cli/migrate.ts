/** Brings a database up to date: our migrations, then the job queue's own. */
import { migrateJobs } from "../lib/jobs/migrate.ts";
import { migrate, type MigrationState } from "../lib/storage/migrate.ts";
import { createPool } from "../lib/storage/pool.ts";

export async function migrateAll(databaseUrl: string): Promise<MigrationState> {
  const before = await migrate(databaseUrl);
  const pool = createPool({ databaseUrl, size: 1 });
  try {
    await migrateJobs(pool);
  } finally {
    await pool.end();
  }
  return before;
}
