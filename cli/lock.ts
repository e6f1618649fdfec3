/**
 * One Posthorn per data folder: the supervisor, or a command that starts the database for its time,
 * holds `lock` while it runs. It names a process by id and start time, so that what a `kill -9` left
 * behind is told from a process that lives, also when the id belongs to somebody else by now.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { makeDataFolder } from "../lib/settings/data-folder.ts";

const Process = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
export type Process = z.infer<typeof Process>;

const Holder = Process.extend({
  role: z.enum(["start", "command"]),
  stopping: z.boolean(),
  /** Where its console is, once all runs. */
  console: z.string().nullable(),
  /** Processes that go with it: ended first when it is found dead. */
  children: z.array(Process),
});
export type Holder = z.infer<typeof Holder>;

export class Held extends Error {
  readonly holder: Holder;

  constructor(holder: Holder) {
    super(`process ${holder.pid} holds the data folder`);
    this.holder = holder;
  }
}

export interface Lock {
  update(change: { stopping?: boolean; console?: string; children?: readonly Process[] }): void;
  release(): void;
}

/** A supervisor needs this long to notice that whoever started it was killed. */
const PATIENCE_MS = 3_000;
/** One that is stopping drains its children, then its database. */
const STOPPING_MS = 60_000;
const POLL_MS = 100;
/** Orphans notice by themselves that their supervisor is gone, and drain. */
const ORPHAN_MS = 5_000;

/** Waits for a holder that is about to go; throws Held when one stays. */
export async function acquireLock(folder: string, role: Holder["role"]): Promise<Lock> {
  makeDataFolder(folder);
  const file = join(folder, "lock");
  const began = Date.now();
  let own: Holder = { ...self(), role, stopping: false, console: null, children: [] };
  for (;;) {
    if (placeLock(file, own)) break;
    const holder = readHolder(file);
    if (holder === null || !isRunning(holder)) await clearAway(file, holder);
    else if (Date.now() - began > patienceFor(holder)) throw new Held(holder);
    else await delay(POLL_MS);
  }
  return {
    update(change) {
      own = { ...own, ...change, children: [...(change.children ?? own.children)] };
      replace(file, own);
    },
    release: () => rmSync(file, { force: true }),
  };
}

/** Who holds it now, if anybody lives who does. */
export function findHolder(folder: string): Holder | null {
  const holder = readHolder(join(folder, "lock"));
  return holder && isRunning(holder) ? holder : null;
}

export function processOf(pid: number): Process {
  return { pid, startedAt: startTime(pid) };
}

function patienceFor(holder: Holder): number {
  return holder.stopping || holder.role === "command" ? STOPPING_MS : PATIENCE_MS;
}

function self(): Process {
  return processOf(process.pid);
}

/** Whole or not at all, and only where none is. */
function placeLock(file: string, holder: Holder): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(holder), { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function replace(file: string, holder: Holder): void {
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(holder), { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
}

function readHolder(file: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null; // gone meanwhile, or not ours
  }
}

/** Ends the children of a dead holder, then its lock. */
async function clearAway(file: string, holder: Holder | null): Promise<void> {
  for (const child of holder?.children ?? []) await endOrphan(child);
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
  } catch {
    return; // somebody else was faster
  }
  const taken = readHolder(aside);
  // Somebody may have taken it over between our look and our grip: then it goes back.
  if (taken && isRunning(taken)) placeLock(file, taken);
  rmSync(aside, { force: true });
}

async function endOrphan(orphan: Process): Promise<void> {
  const until = Date.now() + ORPHAN_MS;
  if (isRunning(orphan)) process.kill(orphan.pid, "SIGTERM");
  while (isRunning(orphan)) {
    if (Date.now() > until) process.kill(orphan.pid, "SIGKILL");
    await delay(POLL_MS);
  }
}

export function isRunning({ pid, startedAt }: Process): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return startTime(pid) === startedAt;
}

/** Field 22 of /proc/<pid>/stat; a zombie counts as gone. Without /proc the id alone must do. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name may hold blanks
    return fields[0] === "Z" ? "ended" : (fields[19] ?? "");
  } catch {
    return process.platform === "linux" ? "ended" : "";
  }
}
