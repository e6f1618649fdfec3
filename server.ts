/**
 * The web process: `posthorn web`, or a child of the supervisor. Wiring and signals, nothing else.
 * Ends cleanly on SIGTERM, SIGINT, or when the supervisor that started it is gone.
 * `--dev` (or NODE_ENV=development): pages are compiled as they are asked for.
 */
import next from "next";
import { pino } from "pino";
import { startWeb } from "./server/web.ts";
import { openWebRuntime, WEB_RUNTIME } from "./lib/service/web-runtime.ts";
import { EXIT_BAD_SETTINGS } from "./lib/settings/problems.ts";
import { settingsOrExit } from "./lib/settings/report.ts";
import { ROOT } from "./lib/settings/settings.ts";

/** A stop that takes longer than this is cut. */
const STOP_MS = 15_000;

const settings = settingsOrExit(process.env);
const log = pino({ name: "web", level: settings.logLevel });
const onError = (error: unknown, fields = {}) => log.error({ err: error, ...fields }, "web");

if (settings.databaseUrl === null) {
  process.stderr.write(
    "The web process needs DATABASE_URL when it runs alone (see `posthorn start`).\n",
  );
  process.exit(EXIT_BAD_SETTINGS);
}
process.on("unhandledRejection", onError);

const supervised = process.connected;
const runtime = openWebRuntime({
  databaseUrl: settings.databaseUrl,
  poolSize: settings.databasePoolSize,
  secretKey: settings.secretKey,
  authSecret: settings.authSecret,
  hostName: settings.mailHostname,
  onError,
});
Reflect.set(globalThis, WEB_RUNTIME, runtime);

const dev = process.argv.includes("--dev") || process.env["NODE_ENV"] === "development";
const app = next({ dev, dir: ROOT, quiet: !dev });
await app.prepare();
const handle = app.getRequestHandler();
const upgrade = app.getUpgradeHandler();

const web = await startWeb({
  settings,
  runtime,
  pages: { handle: (req, res) => handle(req, res), ...(dev && { upgrade }) },
  onError,
});
// next 16: where its server fetches the page that an action leads to. Without it: port 3000, in vain.
process.env["__NEXT_PRIVATE_ORIGIN"] = web.innerOrigin;

let stopping = false;
async function stop(why: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ why }, "web stopping");
  setTimeout(() => process.exit(1), STOP_MS).unref();
  await web.stop();
  await app.close();
  await runtime.close();
  process.exit(0);
}
const stopOn = (why: string) => () => void stop(why).catch(() => process.exit(1));
process.on("SIGTERM", stopOn("SIGTERM"));
process.on("SIGINT", stopOn("SIGINT"));
process.on("disconnect", stopOn("supervisor gone"));

log.info({ listeners: web.listeners }, "web ready");
if (supervised && !process.connected)
  stopOn("supervisor gone")(); // while we started
else process.send?.({ type: "ready", listeners: web.listeners });
