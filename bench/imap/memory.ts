/**
 * What processes take of the machine's memory, from /proc: proportional set sizes, so that pages that many
 * share count once. RSS would count Dovecot's code, and PostgreSQL's buffers, once per process.
 */
import { readdirSync, readFileSync } from "node:fs";

/** A process and all that descend from it. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : "";
    const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (stat !== "") parents.set(Number(name), Number(parent));
  }
  const family = new Set([pid]);
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
  }
  return [...family];
}

export function pssKiB(pids: readonly number[]): number {
  const sizes = pids.map((pid) => {
    const [, size] = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? [];
    return Number(size ?? 0);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Empty for a process that is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
