/**
 * The postmaster.pid file of a PostgreSQL data folder: which process runs it, on which port, whether
 * it is ready. Tells a running server from a file that a `kill -9` left behind, also when its process
 * id now belongs to somebody else: PostgreSQL itself would refuse to start then.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** Fast shutdown ends sessions and writes a checkpoint: normally well under a second. */
const FAST_SHUTDOWN_MS = 20_000;
/** Immediate shutdown only kills; the next start recovers from the log. */
const IMMEDIATE_SHUTDOWN_MS = 5_000;
const POLL_MS = 25;

/** The live server of a data folder, or null. */
export function findPostmaster(dataDirectory: string): Postmaster | null {
  const lines = readLines(pidFile(dataDirectory));
  const pid = Number(lines?.[0] ?? 0);
  if (!lines || !isPostmasterOf(pid, dataDirectory)) return null;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === "ready" };
}

/**
 * Ends what a killed supervisor left: the server if it runs, its file if not. Only for who is about to
 * start one and holds the folder: a server that is just starting has an empty file for a moment.
 */
export async function clearPostmaster(dataDirectory: string): Promise<void> {
  const orphan = findPostmaster(dataDirectory);
  if (orphan) await stopPostmaster(orphan.pid);
  rmSync(pidFile(dataDirectory), { force: true });
  for (const name of existsSync(dataDirectory) ? readdirSync(dataDirectory) : [])
    if (name.startsWith(SOCKET)) rmSync(join(dataDirectory, name)); // with its lock, which names a process too
}

/** How PostgreSQL calls the socket of a port: the port follows, and ".lock" for its lock. */
export const SOCKET = ".s.PGSQL.";

const pidFile = (dataDirectory: string) => join(dataDirectory, "postmaster.pid");

/** Stops it in an orderly way, by force when that takes too long. */
export async function stopPostmaster(pid: number): Promise<void> {
  if (await signalled(pid, "SIGINT", FAST_SHUTDOWN_MS)) return;
  if (await signalled(pid, "SIGQUIT", IMMEDIATE_SHUTDOWN_MS)) return;
  if (await signalled(pid, "SIGKILL", IMMEDIATE_SHUTDOWN_MS)) return;
  throw new Error(`PostgreSQL (process ${pid}) does not end`);
}

async function signalled(pid: number, signal: NodeJS.Signals, patience: number): Promise<boolean> {
  const until = Date.now() + patience;
  if (isAlive(pid)) process.kill(pid, signal);
  while (isAlive(pid)) {
    if (Date.now() > until) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** Signal 0 asks; EPERM means that it lives and is not ours. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Ended, but its parent has not asked for the exit code: counts as gone. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false; // no /proc here
  }
}

/**
 * We start it with `-D <folder>`: that tells it from whoever got its process id after it. (Where it
 * works, /proc/<pid>/cwd, would say the same, but may not be read by every user.)
 */
function isPostmasterOf(pid: number, dataDirectory: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(dataDirectory);
  } catch {
    return process.platform !== "linux"; // no /proc: believe the file
  }
}

function readLines(file: string): string[] | null {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return null;
  }
}
