/**
 * `posthorn start`: the whole of Posthorn under one process. Database (unless DATABASE_URL says
 * another), migrations, web and engine; says where everything is; ends it all in order.
 *
 * What may die: web or engine (started again), the embedded database (started again, both reconnect),
 * this process (children end by themselves; the next start clears away what is left: lock.ts).
 */
import { setTimeout as delay } from "node:timers/promises";
import { startCluster, type Cluster } from "../lib/embedded/cluster.ts";
import { ENGINE_NODE_ARGS } from "../lib/settings/engine-node.ts";
import type { Settings } from "../lib/settings/settings.ts";
import { Child, type ChildListener } from "./child.ts";
import { acquireLock, processOf, type Lock } from "./lock.ts";
import { logLines } from "./logs.ts";
import { prepareDatabase, type Preparation } from "./preparation.ts";
import { consoleUrl, describeReady, setUpLink } from "./ready.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);
const DATABASE_AGAIN_MS = 1_000;

/** Arguments of Node for each child, and the NODE_ENV of both. */
export interface Programs {
  readonly mode: "production" | "development";
  readonly web: readonly string[];
  readonly engine: readonly string[];
}

const PROGRAMS: Programs = {
  mode: "production",
  web: ["server.ts"],
  engine: [...ENGINE_NODE_ARGS, "engine/main.ts"],
};

/** Web is Next's development server then; the engine starts again when its files change. */
export const DEVELOPMENT: Programs = {
  mode: "development",
  web: ["server.ts"],
  engine: ["--watch", "--watch-preserve-output", ...ENGINE_NODE_ARGS, "engine/main.ts"],
};

export class Supervisor {
  readonly #settings: Settings;
  readonly #programs: Programs;
  #lock: Lock | null = null;
  #cluster: Cluster | null = null;
  #children: readonly Child[] = [];
  #stopping: Promise<void> | null = null;

  constructor(settings: Settings, programs: Programs = PROGRAMS) {
    this.#settings = settings;
    this.#programs = programs;
  }

  /** Resolves when all runs. When something cannot start, ends the rest again and throws. */
  async start(): Promise<void> {
    try {
      this.#lock = await acquireLock(this.#settings.dataFolder, "start");
      this.#cluster = await openCluster(this.#settings);
      const preparation = prepareDatabase(this.#environment());
      report(await preparation.migrated);
      if (!this.#stopping) await this.#startChildren(preparation.token);
    } catch (error) {
      await this.stop();
      throw error;
    }
    void this.#keepDatabase();
  }

  /** Web and engine first, so that the last of their answers can still be written; then the database. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Does not wait for sessions any more. What was answered is on disk; the rest is tried again. */
  hurry(): void {
    for (const child of this.#children) child.kill();
  }

  async #startChildren(token: Promise<string | null>): Promise<void> {
    const web = this.#child("web");
    const engine = this.#child("engine");
    this.#children = [web, engine];
    this.#announce(...(await Promise.all([web.start(), engine.start(), token])));
  }

  #announce(
    web: readonly ChildListener[],
    engine: readonly ChildListener[],
    token: string | null,
  ): void {
    const console = consoleUrl(this.#settings.publicUrl, web);
    this.#lock?.update({ console });
    say(
      describeReady({
        console,
        setUpLink: token === null ? null : setUpLink(console, token),
        listeners: [...web, ...engine],
        dataFolder: this.#settings.dataFolder,
        database: this.#cluster ? "embedded PostgreSQL" : "DATABASE_URL",
      }),
    );
  }

  /** Starts the embedded database again when it dies; its address stays the same. */
  async #keepDatabase(): Promise<void> {
    while (this.#cluster) {
      await this.#cluster.ended;
      if (this.#stopping) return;
      say("  The database ended; starting it again");
      await delay(DATABASE_AGAIN_MS);
      try {
        if (!this.#stopping) this.#cluster = await openCluster(this.#settings);
      } catch (error) {
        say(`  ERROR: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  async #stop(): Promise<void> {
    this.#lock?.update({ stopping: true });
    await Promise.all(this.#children.map((child) => child.stop()));
    await this.#cluster?.stop();
    this.#lock?.release();
  }

  #child(name: "web" | "engine"): Child {
    return new Child({
      name,
      args: this.#programs[name],
      env: this.#environment(),
      onLine: logLines(this.#settings.dataFolder, name),
      onStart: () => this.#noteChildren(),
      onCrash: (text, wait) =>
        say(`  The ${name} process ${text}; starting it again in ${wait / 1000} s`),
    });
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      NODE_ENV: this.#programs.mode,
      NEXT_TELEMETRY_DISABLED: "1",
      POSTHORN_DATA: this.#settings.dataFolder,
      ...(this.#cluster && { DATABASE_URL: this.#cluster.url }),
    };
  }

  #noteChildren(): void {
    const pids = this.#children.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    this.#lock?.update({ children: pids.map(processOf) });
  }
}

function report({ pending, changed }: Awaited<Preparation["migrated"]>): void {
  if (pending.length > 0) say(`  Database: ${pending.length} migration(s) applied`);
  if (changed.length > 0) say(`  Warning: changed after they were applied: ${changed.join(", ")}`);
}

async function openCluster({ databaseUrl, dataFolder }: Settings): Promise<Cluster | null> {
  return databaseUrl === null ? startCluster({ folder: dataFolder }) : null;
}
