/**
 * The embedded PostgreSQL of one installation: made at the first start, started and stopped with it.
 *
 * In a folder (by default ./data): `postgres/` the database's own files, `database.json` (0600) how to
 * connect, `logs/postgres.log`. It listens on loopback and on a socket in its own folder, wants a password
 * (SCRAM) on both, and is durable: what it committed survives loss of power.
 *
 * Left-overs of a `kill -9` are no obstacle: a half-made folder is made anew, a stale postmaster.pid
 * removed, an orphaned server stopped first. Who may start is decided above (cli/lock.ts).
 */
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { z } from "zod";
import { makeDataFolder } from "../settings/data-folder.ts";
import { findBinaries } from "./binaries.ts";
import { choosePostgresIdentity, type Identity } from "./identity.ts";
import { clearPostmaster, findPostmaster, isAlive, SOCKET, stopPostmaster } from "./postmaster.ts";

const Facts = z.object({ port: z.number(), password: z.string(), adminPassword: z.string() });
type Facts = z.infer<typeof Facts>;

export interface Cluster {
  /** As the application, database `posthorn`. */
  readonly url: string;
  /** As the superuser, database `postgres`. */
  readonly adminUrl: string;
  readonly pid: number;
  /** Resolves when the server ends, by whatever cause. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** Where its files live. */
  readonly folder: string;
  /** False for tests only: commits do not wait for the disk. */
  readonly durable?: boolean;
}

export class ClusterFailure extends Error {}

/** Recovery after a crash replays the log: minutes at worst, so progress is for the log to tell. */
const START_MS = 120_000;
const POLL_MS = 20;
/** Children of a killed server need a moment to notice, and hold its shared memory till then. */
const RETRIES = 5;
const RETRY_MS = 1_000;

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  // Its own folder, closed to others. A question through the socket costs half of one through TCP.
  unix_socket_directories: ".",
  max_connections: "200",
  password_encryption: "scram-sha-256",
  log_destination: "stderr",
  log_min_duration_statement: "5s",
  // Not their values: keys, hashes, and the bytes of messages are among them.
  log_parameter_max_length: "0",
  timezone: "UTC",
};
const DURABLE = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" };
const HASTY = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/** Starts the cluster of a folder, making it first when there is none. */
export async function startCluster({ folder, durable = true }: ClusterOptions): Promise<Cluster> {
  const binaries = findBinaries();
  const place = prepareFolder(folder);
  const identity = choosePostgresIdentity([place.data, folder, binaries.postgres]);
  if (!existsSync(place.data)) await initialise(place, identity, durable);
  await clearPostmaster(place.data);
  const settings = { ...SETTINGS, ...(durable ? DURABLE : HASTY) };
  const { facts, pid } = await startServer(place, identity, settings);
  await ensureDatabase(place, facts);
  return {
    url: appUrl(place, facts),
    adminUrl: adminUrl(place, facts),
    pid,
    ended: whenGone(pid),
    stop: () => stopPostmaster(pid),
  };
}

/** The address of the cluster of a folder if it runs now: for commands beside a running Posthorn. */
export function runningClusterUrl(folder: string): string | null {
  const place = placesIn(folder);
  const postmaster = findPostmaster(place.data);
  if (!postmaster?.ready || !existsSync(place.facts)) return null;
  return appUrl(place, { ...readFacts(place), port: postmaster.port });
}

// ── Files ───────────────────────────────────────────────────────────────────────────────────────

type Place = ReturnType<typeof placesIn>;

function placesIn(folder: string) {
  return {
    data: join(folder, "postgres"),
    unfinished: join(folder, "postgres.new"),
    facts: join(folder, "database.json"),
    logs: join(folder, "logs"),
    log: join(folder, "logs", "postgres.log"),
  };
}

function prepareFolder(folder: string): Place {
  const place = placesIn(folder);
  makeDataFolder(folder);
  mkdirSync(place.logs, { recursive: true, mode: 0o700 });
  return place;
}

function readFacts(place: Place): Facts {
  return Facts.parse(JSON.parse(readFileSync(place.facts, "utf8")));
}

function writeFacts(place: Place, facts: Facts): void {
  writeFileSync(`${place.facts}.new`, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${place.facts}.new`, place.facts);
}

function appUrl(place: Place, { port, password }: Facts): string {
  return `postgresql://posthorn:${password}@127.0.0.1:${port}/posthorn${socketOf(place, port)}`;
}

function adminUrl(place: Place, { port, adminPassword }: Facts): string {
  return `postgresql://postgres:${adminPassword}@127.0.0.1:${port}/postgres${socketOf(place, port)}`;
}

/** The kernel takes no longer path for a socket (Linux 108 octets, macOS 104, each with a NUL). */
const MAX_SOCKET_PATH = 103;

/** `host` in the query has precedence, for `pg` as for libpq. Empty where only TCP will do. */
function socketOf({ data }: Place, port: number): string {
  const folder = resolve(data);
  const fits = Buffer.byteLength(join(folder, `${SOCKET}${port}`)) <= MAX_SOCKET_PATH;
  return fits ? `?host=${encodeURIComponent(folder)}` : "";
}

// ── Making ──────────────────────────────────────────────────────────────────────────────────────

/** Made beside its place and moved there when whole: a start that is killed half-way leaves nothing. */
async function initialise(place: Place, identity: Identity, durable: boolean): Promise<void> {
  const facts = { port: 0, password: secret(), adminPassword: secret() };
  const passwordFile = `${place.unfinished}.password`;
  rmSync(place.unfinished, { recursive: true, force: true });
  mkdirSync(place.unfinished, { mode: 0o700 });
  identity.give(place.unfinished);
  writeFileSync(passwordFile, facts.adminPassword, { mode: 0o600 });
  identity.give(passwordFile);
  const { file, args, options } = identity.wrap(findBinaries().initdb, [
    `--pgdata=${place.unfinished}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // Its own Unicode rules, the same on every machine: an index never breaks by a new libc.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-locale",
    ...(durable ? [] : ["--no-sync"]),
  ]);
  try {
    await promisify(execFile)(file, args, { ...options, env: environment(), cwd: "/" });
  } catch (cause) {
    throw new ClusterFailure(`The database could not be made: ${messageOf(cause)}`, { cause });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFacts(place, facts);
  renameSync(place.unfinished, place.data);
}

const secret = () => randomBytes(24).toString("base64url");
/** Next declares more of ProcessEnv than a program of PostgreSQL needs. */
const environment = () =>
  ({ PATH: process.env["PATH"], TZ: "UTC", LC_ALL: "C" }) as unknown as NodeJS.ProcessEnv;
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Role and database of the application: a plain owner, not a superuser. */
async function ensureDatabase(place: Place, facts: Facts): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl(place, facts) });
  await admin.connect();
  try {
    const role = await admin.query("select 1 from pg_roles where rolname = 'posthorn'");
    const verb = role.rowCount ? "alter" : "create";
    await admin.query(`${verb} role posthorn login createdb password '${facts.password}'`);
    const database = await admin.query("select 1 from pg_database where datname = 'posthorn'");
    if (!database.rowCount) await admin.query("create database posthorn owner posthorn");
  } finally {
    await admin.end();
  }
}

// ── Starting ────────────────────────────────────────────────────────────────────────────────────

type ServerSettings = Readonly<Record<string, string>>;

async function startServer(place: Place, identity: Identity, settings: ServerSettings) {
  for (let attempt = 1; ; attempt++) {
    const facts = { ...readFacts(place), port: await choosePort(readFacts(place).port) };
    writeFacts(place, facts);
    const pid = spawnServer(place, identity, { ...settings, port: String(facts.port) });
    if (await becomesReady(place.data, pid)) return { facts, pid };
    if (attempt === RETRIES) {
      throw new ClusterFailure(`The database does not start. Its last words:\n${lastWords(place)}`);
    }
    await delay(RETRY_MS);
  }
}

/**
 * In a session of its own, so that Ctrl-C reaches only the supervisor, which stops it last; writing
 * to a file, not to a pipe that a dead supervisor would have left broken.
 */
function spawnServer(place: Place, identity: Identity, settings: ServerSettings): number {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const { file, args, options } = identity.wrap(findBinaries().postgres, [
    "-D",
    place.data,
    ...flags,
  ]);
  const log = openSync(place.log, "a", 0o600);
  const child = spawn(file, args, {
    ...options,
    cwd: "/",
    detached: true,
    env: environment(),
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.on("error", () => {}); // seen by becomesReady: there is no such process
  child.unref();
  return child.pid ?? 0;
}

async function becomesReady(data: string, pid: number): Promise<boolean> {
  const until = Date.now() + START_MS;
  while (pid > 0 && isAlive(pid) && Date.now() < until) {
    const postmaster = findPostmaster(data);
    if (postmaster?.ready && postmaster.pid === pid) return true;
    await delay(POLL_MS);
  }
  return false;
}

/** The port of last time when it is free, so that connection strings people noted stay right. */
async function choosePort(preferred: number): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? 0;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen({ port, host: "127.0.0.1" }, () => {
      const { port: bound } = server.address() as AddressInfo; // a TCP server has no other
      server.close(() => resolve(bound));
    });
  });
}

async function whenGone(pid: number): Promise<void> {
  while (isAlive(pid)) await delay(250, undefined, { ref: false });
}

function lastWords(place: Place): string {
  return readFileSync(place.log, "utf8").trimEnd().split("\n").slice(-8).join("\n");
}
