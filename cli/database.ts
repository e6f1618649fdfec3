/**
 * The database for the time of a command: the one of DATABASE_URL; the embedded one of a Posthorn that
 * runs; or the embedded one, started now and stopped after.
 */
import type { Pool } from "pg";
import { runningClusterUrl, startCluster } from "../lib/embedded/cluster.ts";
import type { ServiceContext } from "../lib/service/context.ts";
import type { Settings } from "../lib/settings/settings.ts";
import { migrationState } from "../lib/storage/migrate.ts";
import { createPool } from "../lib/storage/pool.ts";
import { CommandFailure, EXIT } from "./command.ts";
import { acquireLock, findHolder, Held } from "./lock.ts";
import { withService } from "./service.ts";

export async function withDatabase<T>(
  settings: Settings,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (settings.databaseUrl !== null) return work(settings.databaseUrl);
  const running = urlOfRunning(settings.dataFolder);
  if (running !== null) return work(running);
  return withOwnCluster(settings.dataFolder, work);
}

/** The service layer over a database that is up to date. */
export function withServices<T>(
  settings: Settings,
  work: (ctx: ServiceContext) => Promise<T>,
): Promise<T> {
  return withDatabase(settings, async (url) => {
    await requireMigrated(url);
    return withService(url, settings, work);
  });
}

/** The pool of a database that is up to date, for what no service does. */
export function withPool<T>(settings: Settings, work: (pool: Pool) => Promise<T>): Promise<T> {
  return withDatabase(settings, async (databaseUrl) => {
    await requireMigrated(databaseUrl);
    const pool = createPool({ databaseUrl, size: 1 });
    try {
      return await work(pool);
    } finally {
      await pool.end();
    }
  });
}

/** Only a supervisor's: what a killed one left behind may go away under us. */
export function urlOfRunning(folder: string): string | null {
  return findHolder(folder)?.role === "start" ? runningClusterUrl(folder) : null;
}

async function withOwnCluster<T>(folder: string, work: (url: string) => Promise<T>): Promise<T> {
  const lock = await acquireLock(folder, "command").catch((error: unknown) => {
    if (!(error instanceof Held)) throw error;
    throw new CommandFailure(
      `Posthorn (process ${error.holder.pid}) is starting or stopping: try again in a moment`,
      EXIT.noDatabase,
      { cause: error },
    );
  });
  try {
    const cluster = await startCluster({ folder }).catch(noDatabase);
    try {
      return await work(cluster.url);
    } finally {
      await cluster.stop();
    }
  } finally {
    lock.release();
  }
}

async function requireMigrated(url: string): Promise<void> {
  const { pending, unknown } = await migrationState(url).catch(noDatabase);
  if (unknown.length > 0) {
    throw new CommandFailure("a newer Posthorn made this database: use that version's posthorn");
  }
  if (pending.length > 0) {
    throw new CommandFailure("the database is not up to date: run `posthorn migrate` first");
  }
}

export function noDatabase(cause: unknown): never {
  const text = cause instanceof Error ? cause.message || String(cause) : String(cause);
  throw new CommandFailure(`the database cannot be reached: ${text}`, EXIT.noDatabase, { cause });
}
