/**
 * One engine: storage, servers, delivery and jobs, wired together and taken apart in order. main.ts
 * runs it as a process, tests/support/engine.ts inside a test.
 */
import { hostname } from "node:os";
import type { Logger } from "pino";
import { createStorage, type Storage } from "../lib/storage/storage.ts";
import type { Clock } from "../lib/mail/ports.ts";
import type { Settings } from "../lib/settings/settings.ts";
import { VERSION } from "../lib/settings/version.ts";
import { loadTls } from "./certificates.ts";
import { systemClock } from "./clock.ts";
import type { EngineContext } from "./context.ts";
import { createResolver } from "./dns/resolver.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { openControl } from "./jobs/control.ts";
import { JOB_HANDLERS } from "./jobs/index.ts";
import { startJobs } from "./jobs/runner.ts";
import { openListeners, type NamedListener } from "./listeners.ts";
import { startOutbound } from "./outbound/worker.ts";
import { createAuthenticator } from "./sasl/authenticator.ts";
import { Sessions } from "./sessions.ts";

/** What the console and `posthorn start` show of a listener. */
export interface ListenerFacts {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly tls: "implicit" | "starttls";
}

export interface Engine {
  readonly ctx: EngineContext;
  readonly storage: Storage;
  readonly listeners: readonly ListenerFacts[];
  /** Stops accepting, lets sessions and deliveries finish what they are at, then closes everything. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly settings: Settings;
  readonly databaseUrl: string;
  readonly log: Logger;
  readonly clock?: Clock | undefined;
}

export async function startEngine({
  settings,
  databaseUrl,
  log,
  clock,
}: EngineOptions): Promise<Engine> {
  const { secretKey } = settings;
  const storage = await createStorage({
    databaseUrl,
    secretKey,
    poolSize: settings.databasePoolSize,
    onError: (error) => log.warn({ err: error }, "storage"),
  });
  const closers: (() => Promise<void>)[] = [() => storage.close()];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const ctx = createContext({ settings, storage, log, clock: clock ?? systemClock });
    const tls = await loadTls(storage, settings.mailHostname, log);
    closers.push(async () => tls.stop());
    closers.push(await startWork(ctx, storage));
    const open = await openListeners(ctx, tls.contexts);
    closers.push(async () => {
      await Promise.all(open.map(({ listener }) => listener.close()));
    });
    const listeners = open.map(factsOf);
    const engineId = `${hostname()}:${process.pid}`;
    const heartbeat = await startHeartbeat({
      pool: storage.pool,
      log,
      engineId,
      version: VERSION,
      listeners,
    });
    closers.push(() => heartbeat.stop());
    return { ctx, storage, listeners, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly log: Logger;
  readonly clock: Clock;
}

function createContext({ settings, storage, log, clock }: Parts): EngineContext {
  const { store, directory, queue } = storage;
  const auth = createAuthenticator({ store, directory, log });
  const resolver = createResolver(settings.dns);
  return {
    settings,
    log,
    clock,
    store,
    directory,
    queue,
    resolver,
    auth,
    sessions: new Sessions(),
  };
}

/** Delivery and jobs; answers how to stop both. */
async function startWork(ctx: EngineContext, storage: Storage): Promise<() => Promise<void>> {
  const { pool, notifications } = storage;
  const engineId = `${hostname()}:${process.pid}`;
  const control = openControl({ pool, notifications, sessions: ctx.sessions, engineId });
  const jobs = await startJobs({ ...ctx, pool, control }, JOB_HANDLERS);
  const outbound = startOutbound(ctx, { worker: engineId });
  return async () => {
    await Promise.all([jobs.stop(), outbound.stop()]);
    control.close();
  };
}

function factsOf({ name, listener: { address, port, kind } }: NamedListener): ListenerFacts {
  return { protocol: name, address, port, tls: kind === "implicit" ? "implicit" : "starttls" };
}
