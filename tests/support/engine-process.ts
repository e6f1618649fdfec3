/**
 * The engine as a process of its own, for tests that kill it: `engine/main.ts` with the environment
 * of a test, ready when it says so.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { ENGINE_NODE_ARGS } from "../../lib/settings/engine-node.ts";

const Ready = z.object({
  type: z.literal("ready"),
  listeners: z.array(z.object({ protocol: z.string(), port: z.number() })),
});

const MAIN = new URL("../../engine/main.ts", import.meta.url).pathname;
const READY_MS = 30_000;

export interface EngineProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  port(service: string): number;
  /** SIGKILL: nothing is said or flushed. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  /** What it logged, JSON lines. */
  log(): string;
}

export async function startEngineProcess(env: Record<string, string>): Promise<EngineProcess> {
  const child = fork(MAIN, [], {
    env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "production", LOG_LEVEL: "warn", ...env },
    execArgv: [...ENGINE_NODE_ARGS],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-100_000)));
  }
  const signal = AbortSignal.timeout(READY_MS);
  const gone = once(child, "exit");
  const message = await Promise.race([
    once(child, "message", { signal }),
    gone.then(() => Promise.reject(new Error(`the engine ended before it was ready:\n${log}`))),
  ]);
  const { listeners } = Ready.parse(message[0]);
  return {
    child,
    pid: child.pid ?? 0,
    port: (service) => listeners.find(({ protocol }) => protocol === service)?.port ?? 0,
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    async stop() {
      child.kill("SIGTERM");
      await gone;
      return child.exitCode;
    },
    log: () => log,
  };
}
