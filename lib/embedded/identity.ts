/**
 * As whom the embedded PostgreSQL runs. It refuses to run as root, so root hands it to the owner of
 * its folder, else to user `postgres`, else to `nobody`.
 *
 * That user may not be able to go where the clone lies (/root is closed to others). Then `setpriv`
 * lends the two capabilities that pass folders by; without it we refuse with the remedy.
 */
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

export interface Identity {
  /** Set when we are root and hand over. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** Turns a command line into the one to spawn, with the options that spawn needs. */
  wrap(
    program: string,
    args: readonly string[],
  ): { file: string; args: string[]; options: { uid?: number; gid?: number } };
  /** Gives a file that root made to that user. */
  give(path: string): void;
}

export class NoIdentity extends Error {}

type User = { readonly uid: number; readonly gid: number };
const PASS_FOLDERS = "+dac_override,+dac_read_search";

/** `folders`: what PostgreSQL must be able to reach; the first is its own, and tells its owner. */
export function choosePostgresIdentity(folders: readonly [string, ...string[]]): Identity {
  if (process.getuid?.() !== 0) return asOurselves;
  const user = ownerOf(folders[0]) ?? findUser("postgres") ?? findUser("nobody");
  if (!user) {
    throw new NoIdentity(
      "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody` to " +
        "run it as. Remedy: start Posthorn as an ordinary user, or set DATABASE_URL",
    );
  }
  const closed = folders.map((folder) => closedFolder(folder, user)).find((found) => found);
  if (!closed) return dropped(user);
  return (
    lent(user) ??
    refuse(
      `PostgreSQL refuses to run as root, and user ${user.uid} may not enter ${closed}. ` +
        "Remedy: move the clone to a folder that others may enter (/opt/posthorn), " +
        `or \`chmod o+x ${closed}\`, or start Posthorn as an ordinary user, or set DATABASE_URL`,
    )
  );
}

const asOurselves: Identity = {
  user: null,
  wrap: (file, args) => ({ file, args: [...args], options: {} }),
  give: () => {},
};

function dropped(user: User): Identity {
  return {
    user,
    wrap: (file, args) => ({ file, args: [...args], options: { ...user } }),
    give: (path) => chownSync(path, user.uid, user.gid),
  };
}

/** Null when setpriv is absent or this root may not lend (a container without the capabilities). */
function lent(user: User): Identity | null {
  const flags = [
    ["--reuid", String(user.uid)],
    ["--regid", String(user.gid)],
    ["--clear-groups"],
    [`--inh-caps=${PASS_FOLDERS}`],
    [`--ambient-caps=${PASS_FOLDERS}`],
  ].flat();
  const trial = spawnSync("setpriv", [...flags, process.execPath, "--version"]);
  if (trial.status !== 0) return null;
  return {
    ...dropped(user),
    wrap: (file, args) => ({ file: "setpriv", args: [...flags, file, ...args], options: {} }),
  };
}

function refuse(text: string): never {
  throw new NoIdentity(text);
}

function ownerOf(folder: string): User | null {
  if (!existsSync(folder)) return null;
  const { uid, gid } = statSync(folder);
  return uid === 0 ? null : { uid, gid };
}

function findUser(name: string): User | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** The outermost folder on the way to `path` (itself included, when it exists) that `user` may not enter. */
export function closedFolder(path: string, user: User): string | null {
  const way: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    way.unshift(at);
    if (at === dirname(at)) break;
  }
  return way.find((folder) => existsSync(folder) && !mayEnter(folder, user)) ?? null;
}

function mayEnter(folder: string, { uid, gid }: User): boolean {
  const facts = statSync(folder);
  if (facts.uid === uid) return (facts.mode & 0o100) !== 0;
  if (facts.gid === gid) return (facts.mode & 0o010) !== 0;
  return (facts.mode & 0o001) !== 0;
}
