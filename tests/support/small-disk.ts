/**
 * A place where a database runs out of room: a small tmpfs where we may mount one (root), else a limit
 * on the size of the files that the running server may write.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCluster, type Cluster } from "../../lib/embedded/cluster.ts";
import { testFolder } from "./cluster.ts";

const MEBI = 1024 * 1024;
const DISK = 320 * MEBI;
/** A new cluster takes about 45 MiB, its log 16 MiB a segment: this leaves room for some dozens of MiB. */
const BALLAST = 190 * MEBI;
/** More than a log segment, less than the blobs of the test. */
const FILE_LIMIT = 24 * MEBI;

export interface SmallDisk {
  readonly folder: string;
  readonly cluster: Cluster;
  /** From now on it fills up soon. */
  fill(): void;
  /** Makes room again. */
  free(): void;
  remove(): Promise<void>;
}

export async function smallDisk(): Promise<SmallDisk> {
  const folder = testFolder();
  const disk = join(folder, "disk");
  mkdirSync(disk);
  const mounted = tryMount(disk);
  const cluster = await startCluster({ folder: disk });
  const ballast = join(disk, "ballast");
  const limit = (bytes: number | "unlimited") =>
    execFileSync("prlimit", ["--pid", String(cluster.pid), `--fsize=${bytes}:`]);
  return {
    folder: disk,
    cluster,
    fill: () => (mounted ? writeFileSync(ballast, Buffer.alloc(BALLAST)) : limit(FILE_LIMIT)),
    free: () => (mounted ? rmSync(ballast) : limit("unlimited")),
    async remove() {
      await cluster.stop().catch(() => undefined);
      if (mounted) execFileSync("umount", ["--lazy", disk]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function tryMount(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK},mode=755`, "tmpfs", folder], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}
