/** Runs a program to its end; answers what it printed and how it ended. Never through a shell. */
import { spawn } from "node:child_process";

const LIMIT_MS = 60_000;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

export function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("latin1").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("latin1").on("data", (text: string) => (err += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
    child.stdin.on("error", () => undefined); // it may not want to read all of it
    child.stdin.end(options.input ?? "");
  });
}
