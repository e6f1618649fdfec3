/**
 * A database of its own for a test file: `const database = await testDatabase()`.
 *
 * Cloned from a template that has all migrations applied (tens of milliseconds), dropped when the
 * file's process has nothing left to do. The server is the one of the test run (scripts/test.mjs sets
 * TEST_DATABASE_URL); a file that is run alone by `node --test` starts its own.
 */
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { migrateJobs } from "../../lib/jobs/migrate.ts";
import { MIGRATIONS, migrate } from "../../lib/storage/migrate.ts";
import { createPool } from "../../lib/storage/pool.ts";
import { sweepTestFolders, testCluster } from "./cluster.ts";

export interface TestDatabase {
  readonly url: string;
}

/** Without the template: an empty database, for tests of the migrations themselves. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const admin = await adminUrl();
  return createDatabase(admin, "template1");
}

export async function testDatabase(): Promise<TestDatabase> {
  const admin = await adminUrl();
  return createDatabase(admin, await ensureTemplate(admin));
}

let ownServer: Promise<string> | undefined;

function adminUrl(): Promise<string> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given) return Promise.resolve(given);
  ownServer ??= sweepTestFolders()
    .then(() => testCluster({ durable: false }))
    .then(({ cluster }) => cluster.url);
  return ownServer;
}

async function createDatabase(admin: string, template: string): Promise<TestDatabase> {
  const name = `posthorn_test_${randomBytes(6).toString("hex")}`;
  await withAdmin(admin, (client) =>
    client.query(`create database ${name} template ${template} strategy file_copy`),
  );
  if (!ownServer) dropAtExit(admin, name); // our own server goes as a whole
  return { url: urlOf(admin, name) };
}

/** By then pools are closed; a test that left one open is cut off. */
function dropAtExit(admin: string, name: string): void {
  process.once("beforeExit", () => {
    void withAdmin(admin, (client) => dropDatabase(client, name));
  });
}

const DROP_TRIES = 50;
const INSUFFICIENT_PRIVILEGE = "42501";

/** An autovacuum worker may be in it: that one is PostgreSQL's own, and leaves by itself. */
async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return void (await client.query(`drop database ${name} with (force)`));
    } catch (error) {
      const busy = error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE;
      if (!busy || tries === DROP_TRIES) throw error;
      await delay(200);
    }
  }
}

/** Named by what is in the migrations; made under another name first, so that it is there or whole. */
async function ensureTemplate(admin: string): Promise<string> {
  const name = `posthorn_template_${migrationsHash()}`;
  await withAdmin(admin, async (client) => {
    await client.query("select pg_advisory_lock(hashtext($1))", [name]);
    const there = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (there.rowCount) return;
    await client.query(`drop database if exists ${name}_new with (force)`);
    await client.query(`create database ${name}_new`);
    await applyMigrations(urlOf(admin, `${name}_new`));
    await client.query(`alter database ${name}_new rename to ${name}`);
  });
  return name;
}

async function applyMigrations(url: string): Promise<void> {
  await migrate(url);
  const pool = createPool({ databaseUrl: url, size: 1 });
  await migrateJobs(pool);
  await pool.end();
}

function migrationsHash(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(MIGRATIONS, { recursive: true, encoding: "utf8" }).sort()) {
    if (name.endsWith(".sql")) hash.update(name).update(readFileSync(join(MIGRATIONS, name)));
  }
  return hash.digest("hex").slice(0, 12);
}

function urlOf(admin: string, database: string): string {
  const url = new URL(admin);
  url.pathname = `/${database}`;
  return url.href;
}

async function withAdmin(url: string, work: (client: pg.Client) => Promise<unknown>) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
