/** One program of the laboratory: started in the foreground, stopped by its id, its words kept. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

const STOP_MS = 5_000;
const LOG_CHARS = 200_000;

export interface Program {
  readonly pid: number;
  log(): string;
  /** Rejects with what it said, when it has ended by itself. */
  readonly ended: Promise<never>;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
// A test that dies takes its servers with it.
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));
process.once("SIGTERM", () => process.exit(143)).once("SIGINT", () => process.exit(130));

export function startProgram(path: string, args: readonly string[], cwd: string): Program {
  const child = spawn(path, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let text = "";
  let stopping = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-LOG_CHARS);
    });
  }
  const exit = new Promise<void>((resolve) => {
    child.once("error", () => resolve()).once("close", () => resolve());
  }).then(() => void running.delete(child));
  const ended = exit.then((): never => {
    throw new Error(stopping ? `${path} was stopped` : `${path} has ended:\n${text}`);
  });
  ended.catch(() => {}); // somebody may be waiting for it, or nobody
  return {
    pid: child.pid ?? 0,
    log: () => text,
    ended,
    signal: (name) => void child.kill(name),
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return exit;
      child.kill("SIGCONT"); // one that was halted cannot end
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await exit;
      clearTimeout(timer);
    },
  };
}

/** Runs to its end and answers what it said; rejects when it failed. */
export async function runProgram(
  path: string,
  args: readonly string[],
  input = "",
): Promise<string> {
  const child = spawn(path, args, { stdio: ["pipe", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  }
  child.stdin.on("error", () => {}); // it may end before it has read all
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${path} ${args.join(" ")} (${code}):\n${text}\n${input}`);
  return text;
}
