/**
 * A PostgreSQL server of its own, for tests that kill it, fill its disk or need real durability.
 * Stopped and removed when the process has nothing left to do; left-overs of killed test runs are
 * swept by the next.
 */
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster, type Cluster } from "../../lib/embedded/cluster.ts";
import { findPostmaster, isAlive, stopPostmaster } from "../../lib/embedded/postmaster.ts";
import { makeDataFolder } from "../../lib/settings/data-folder.ts";

const PREFIX = "posthorn-test-";

export interface TestCluster {
  readonly cluster: Cluster;
  readonly folder: string;
  /** Safe to call again, and after the test stopped or killed the server itself. */
  remove(): Promise<void>;
}

export async function testCluster({ durable = true } = {}): Promise<TestCluster> {
  const folder = testFolder();
  const cluster = await startCluster({ folder, durable });
  const remove = () => removeCluster(folder);
  process.once("beforeExit", () => void remove());
  process.once("exit", () => removeAtOnce(folder)); // process.exit() and failures come here alone
  return { cluster, folder, remove };
}

/** A folder that the next run removes if this one is killed: its name says whose it is. */
export function testFolder(): string {
  const folder = join(tmpdir(), `${PREFIX}${process.pid}-${randomBytes(4).toString("hex")}`);
  makeDataFolder(folder);
  return folder;
}

export async function sweepTestFolders(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^posthorn-test-(\d+)-/.exec(name)?.[1] ?? 0);
    const folder = join(tmpdir(), name);
    if (pid > 0 && !isAlive(pid) && isOurs(folder)) await removeCluster(folder);
  }
}

function removeAtOnce(folder: string): void {
  const running = findPostmaster(join(folder, "postgres"));
  if (running) process.kill(running.pid, "SIGQUIT");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function isOurs(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

async function removeCluster(folder: string): Promise<void> {
  const running = findPostmaster(join(folder, "postgres"));
  if (running) await stopPostmaster(running.pid);
  rmSync(folder, { recursive: true, force: true });
}
