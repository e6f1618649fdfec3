/**
 * The engine process: `posthorn engine`, or a child of the supervisor. Wiring and signals, nothing
 * else. Ends cleanly on SIGTERM, SIGINT, or when the supervisor that started it is gone.
 */
import { EXIT_BAD_SETTINGS } from "../lib/settings/problems.ts";
import { settingsOrExit } from "../lib/settings/report.ts";
import { startEngine, type Engine } from "./engine.ts";
import { createLogger } from "./log.ts";

/** A stop that takes longer than this is cut: what is not answered is not lost, only repeated. */
const STOP_MS = 25_000;

const settings = settingsOrExit(process.env);
const log = createLogger("engine", settings.logLevel);

process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
process.on("uncaughtException", (error) => {
  // The state of this process is unknown now: peers see a closed connection and try again.
  log.fatal({ err: error }, "uncaught exception");
  process.exit(1);
});

// Before the start: whoever asks us to end meanwhile is heard as soon as there is something to end.
let stopping = false;
process.on("SIGTERM", () => void stop("SIGTERM"));
process.on("SIGINT", () => void stop("SIGINT"));
process.on("disconnect", () => void stop("supervisor gone"));

const started = start();
const { listeners } = await started;
log.info({ listeners }, "engine ready");
if (!stopping) process.send?.({ type: "ready", listeners });

async function stop(why: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ why }, "engine stopping");
  setTimeout(() => process.exit(1), STOP_MS).unref();
  try {
    await (await started).stop();
    process.exit(0);
  } catch (error) {
    log.error({ err: error }, "engine did not stop cleanly");
    process.exit(1);
  }
}

async function start(): Promise<Engine> {
  if (settings.databaseUrl === null) {
    process.stderr.write(
      "The engine needs DATABASE_URL when it runs alone (see `posthorn start`).\n",
    );
    process.exit(EXIT_BAD_SETTINGS);
  }
  try {
    return await startEngine({ settings, databaseUrl: settings.databaseUrl, log });
  } catch (error) {
    log.fatal({ err: error }, "engine cannot start");
    process.exit(1);
  }
}
