/** The console as a process of its own: built when its sources changed, `server.ts` on free ports. */
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";

const Ready = z.object({
  type: z.literal("ready"),
  listeners: z.array(z.object({ protocol: z.string(), port: z.number() })),
});

const MAIN = new URL("../../server.ts", import.meta.url).pathname;
const BUILD = new URL("../../scripts/build.mjs", import.meta.url).pathname;
const READY_MS = 60_000;

export interface WebProcess {
  readonly http: string;
  readonly https: string;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  log(): string;
}

export async function startWebProcess(env: Record<string, string>): Promise<WebProcess> {
  const built = spawnSync(process.execPath, [BUILD], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the console was not built:\n${built.stderr}`);
  const child = fork(MAIN, [], {
    env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "production", LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-100_000)));
  const gone = once(child, "exit");
  const message = await Promise.race([
    once(child, "message", { signal: AbortSignal.timeout(READY_MS) }),
    gone.then(() => Promise.reject(new Error(`the console ended before it was ready:\n${log}`))),
  ]);
  const { listeners } = Ready.parse(message[0]);
  const port = (name: string) => listeners.find(({ protocol }) => protocol === name)?.port ?? 0;
  return {
    http: `http://127.0.0.1:${port("http")}`,
    https: `https://localhost:${port("https")}`,
    async stop() {
      child.kill("SIGTERM");
      await gone;
      return child.exitCode;
    },
    log: () => log,
  };
}
