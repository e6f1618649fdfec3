/**
 * One child of the supervisor: started, heard until it says "ready", its log kept, started again when
 * it crashes (half a second later, doubling to half a minute), stopped in an orderly way.
 *
 * In a session of its own: Ctrl-C in the terminal reaches the supervisor alone, which decides the
 * order in which things end. A child whose supervisor is gone ends by itself (IPC "disconnect").
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import { ROOT } from "../lib/settings/settings.ts";

const Ready = z.object({
  type: z.literal("ready"),
  listeners: z.array(
    z.object({
      protocol: z.string(),
      address: z.string(),
      port: z.number(),
      tls: z.unknown().transform((value) => (value ? String(value) : "")),
    }),
  ),
});
export type ChildListener = z.infer<typeof Ready>["listeners"][number];

export interface ChildOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Each line of its output. */
  readonly onLine: (line: string) => void;
  readonly onStart: (pid: number) => void;
  readonly onCrash: (text: string, againInMs: number) => void;
}

export class ChildFailure extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode: number) {
    super(text);
    this.exitCode = exitCode;
  }
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
/** Having run for so long, the next crash is a new one. */
const STEADY_MS = 60_000;
/** Longer than the engine gives its own sessions (engine/main.ts). */
const STOP_MS = 30_000;
/** A process that it started and left behind may hold its output open. */
const LAST_WORDS_MS = 1_000;

export class Child {
  readonly #options: ChildOptions;
  #process: ChildProcess | null = null;
  #stopping = false;
  #failures = 0;
  #again: NodeJS.Timeout | undefined;

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  /** Resolves with its listeners. A first start that fails is final: the caller gives up. */
  start(): Promise<readonly ChildListener[]> {
    return new Promise((resolve, reject) => {
      const child = this.#spawn();
      let ready = false;
      child.once("error", reject);
      child.on("message", (message) => {
        const parsed = Ready.safeParse(message);
        if (!parsed.success || ready) return;
        ready = true;
        resolve(parsed.data.listeners);
      });
      child.once("exit", (code, signal) => {
        if (ready) return;
        const { name } = this.#options;
        const how = code === null ? `was ended by ${signal}` : `ended with ${code}`;
        reject(new ChildFailure(`The ${name} process ${how} before it was ready.`, code ?? 1));
      });
      child.once("exit", (code, signal) => {
        if (ready && !this.#stopping) this.#restartLater(code, signal);
      });
    });
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Ends it; by force after half a minute. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#again);
    const child = this.#process;
    if (!child || !isUp(child)) return;
    const gone = new Promise<void>((resolve) => {
      child.once("close", () => resolve()); // its last words are read by then
      child.once("exit", () => setTimeout(resolve, LAST_WORDS_MS));
    });
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(force);
  }

  kill(): void {
    this.#stopping = true;
    this.#process?.kill("SIGKILL");
  }

  #spawn(): ChildProcess {
    const { args, env, onLine, onStart } = this.#options;
    const child = spawn(process.execPath, [...args], {
      cwd: ROOT,
      detached: true,
      env,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", onLine);
    }
    if (child.pid !== undefined) onStart(child.pid);
    return child;
  }

  #restartLater(code: number | null, signal: NodeJS.Signals | null): void {
    const wait = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures);
    this.#failures++;
    this.#options.onCrash(code === null ? `ended by ${signal}` : `ended with ${code}`, wait);
    this.#again = setTimeout(() => {
      const child = this.#spawn();
      const steady = setTimeout(() => (this.#failures = 0), STEADY_MS);
      child.once("exit", (nextCode, nextSignal) => {
        clearTimeout(steady);
        if (!this.#stopping) this.#restartLater(nextCode, nextSignal);
      });
    }, wait);
  }
}

function isUp(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
