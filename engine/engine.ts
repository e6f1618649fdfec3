/**
 * One engine: storage, servers, delivery and jobs, wired together and taken apart in order. main.ts
 * runs it as a process, tests/support/engine.ts inside a test.
 */
import { createHmac } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import { createStorage, type Storage } from "../lib/storage/storage.ts";
import { newSessionId } from "../lib/mail/ids.ts";
import type { Clock } from "../lib/mail/ports.ts";
import type { Settings } from "../lib/settings/settings.ts";
import { VERSION } from "../lib/settings/version.ts";
import { loadTls } from "./certificates.ts";
import { systemClock } from "./clock.ts";
import type { EngineContext } from "./context.ts";
import { startDetection } from "./detect-addresses.ts";
import { createObserver, type ClosableObserver } from "./dns/observer.ts";
import { createResolver } from "./dns/resolver.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { followIdentity } from "./identity.ts";
import { openControl } from "./jobs/control.ts";
import { JOB_HANDLERS } from "./jobs/index.ts";
import { startJobs } from "./jobs/runner.ts";
import { startHostKeys } from "./host-keys/pass.ts";
import { startKeys } from "./keys/pass.ts";
import { openListeners, type NamedListener } from "./listeners.ts";
import { startMaintenance } from "./maintenance.ts";
import { startOutbound } from "./outbound/worker.ts";
import { Authenticator } from "./sasl/authenticator.ts";
import { Sessions } from "./sessions.ts";
import { startTextIndex } from "./text-index.ts";
import { startAcme } from "./acme/worker.ts";
import { startWatch } from "./watch/worker.ts";

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

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { databaseUrl, log, clock = systemClock } = options;
  const { secretKey, databasePoolSize: poolSize } = options.settings;
  // Unique: leases and heartbeats carry it.
  const engineId = `${hostname()}:${process.pid}:${newSessionId()}`;
  const storage = await createStorage({ databaseUrl, secretKey, poolSize, log });
  const closers: (() => Promise<void> | void)[] = [() => storage.close()];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    let renamed = () => {};
    const identity = await followIdentity(storage, options.settings, {
      log,
      changed: () => renamed(),
    });
    closers.push(identity.stop);
    const { settings } = identity;
    const tls = await loadTls(storage, { hostName: () => settings.mailHostname, log });
    closers.push(tls.stop);
    const ctx = createContext({ settings, storage, log, clock });
    closers.push(() => ctx.observer.stop());
    const { pool } = storage;
    const hostName = () => settings.mailHostname;
    const detection = startDetection({ pool, resolver: ctx.resolver, hostName, log });
    closers.push(detection.stop);
    renamed = () => {
      tls.reload();
      detection.again();
    };
    const open = await openListeners(ctx, tls.contexts);
    let stopWork = () => Promise.resolve();
    // Together: nobody new is let in while the last deliveries end.
    closers.push(async () => void (await Promise.all([closeAll(open), stopWork()])));
    stopWork = await startWork(ctx, storage, engineId);
    const listeners = open.map(factsOf);
    const version = VERSION;
    const heartbeat = await startHeartbeat({
      pool: storage.pool,
      log,
      engineId,
      version,
      listeners,
    });
    closers.push(heartbeat.stop);
    return { ctx, storage, listeners, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const closeAll = async (open: readonly NamedListener[]) => {
  await Promise.all(open.map(({ listener }) => listener.close()));
};

interface Parts {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly log: Logger;
  readonly clock: Clock;
}

type OwnContext = EngineContext & { readonly observer: ClosableObserver };

function createContext({ settings, storage, log, clock }: Parts): OwnContext {
  const { store, blobsFor, directory, queue } = storage;
  // Equal in all engines, useless to whoever reads it: salts of names that do not exist.
  const secret = createHmac("sha256", settings.secretKey).update("scram").digest("base64");
  const auth = new Authenticator({ store, directory, clock, secret });
  const resolver = createResolver(settings.dns);
  const allowPrivate = settings.deliverToPrivateNetworks;
  const observer = createObserver({ dns: settings.dns, allowPrivate, resolver });
  return {
    settings,
    log,
    clock,
    store,
    blobsFor,
    directory,
    queue,
    resolver,
    observer,
    auth,
    sessions: new Sessions(),
  };
}

const NO_WORK = { stop: () => Promise.resolve() };

/** Delivery, jobs, keys and the watch over DNS; answers how to stop them. */
async function startWork(
  ctx: EngineContext,
  storage: Storage,
  engineId: string,
): Promise<() => Promise<void>> {
  const { pool, notifications, secrets } = storage;
  const control = openControl({ pool, notifications, sessions: ctx.sessions, engineId });
  const jobs = await startJobs({ ...ctx, pool, control, secrets }, JOB_HANDLERS);
  const keys = startKeys({ ...ctx, pool, secrets });
  const hostKeys = startHostKeys({ ...ctx, pool, secrets });
  const watched = { ...ctx, pool, secrets, notifications, roots: null };
  const watch = ctx.settings.dnsWatch ? startWatch(watched, { worker: engineId }) : NO_WORK;
  const acme = startAcme({ ...ctx, pool, secrets, notifications, worker: engineId });
  const outbound = startOutbound(ctx, { worker: engineId });
  const { traceDays } = ctx.settings;
  const maintenance = startMaintenance({ pool, log: ctx.log, traceDays });
  const textIndex = startTextIndex({ ...ctx, pool });
  return async () => {
    const work = [jobs, keys, hostKeys, acme, watch, outbound, maintenance, textIndex];
    await Promise.all(work.map((one) => one.stop()));
    control.close();
  };
}

function factsOf({ name, listener: { address, port, kind } }: NamedListener): ListenerFacts {
  return { protocol: name, address, port, tls: kind === "implicit" ? "implicit" : "starttls" };
}
