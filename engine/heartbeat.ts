/** The row that says this engine is alive, and what it listens on: refreshed while it runs. */
import { hostname } from "node:os";
import type { Pool } from "pg";
import type { Logger } from "pino";
import type { ListenerFacts } from "./engine.ts";

/** The console calls an engine silent after three of these. */
const BEAT_MS = 10_000;

interface Beat {
  readonly pool: Pool;
  readonly log: Logger;
  readonly engineId: string;
  readonly version: string;
  readonly listeners: readonly ListenerFacts[];
}

/** Writes the first beat before it resolves; `stop` takes the row away. */
export async function startHeartbeat(beat: Beat): Promise<{ stop(): Promise<void> }> {
  const { pool, log, engineId, version, listeners } = beat;
  const startedAt = new Date();
  const write = () =>
    pool.query({
      name: "engine-heartbeat",
      text: `insert into engine_heartbeat (id, host, pid, version, started_at, seen_at, listeners)
        values ($1, $2, $3, $4, $5, now(), $6) on conflict (id) do update set seen_at = now()`,
      values: [engineId, hostname(), process.pid, version, startedAt, JSON.stringify(listeners)],
    });
  await write();
  await pool.query("delete from engine_heartbeat where seen_at < now() - interval '1 day'");
  const timer = setInterval(() => {
    write().catch((error: unknown) => log.warn({ err: error }, "heartbeat not written"));
  }, BEAT_MS);
  return {
    async stop() {
      clearInterval(timer);
      await pool
        .query("delete from engine_heartbeat where id = $1", [engineId])
        .catch(() => undefined);
    },
  };
}
