/**
 * Applies prisma/migrations, in order, each in one transaction together with its row in
 * `_prisma_migrations`: what Prisma's `migrate deploy` does, in the same table with the same checksum
 * and under the same advisory lock, without its CLI and its download. Either may continue where the
 * other stopped.
 *
 * So a migration of ours cannot be half applied. One that Prisma's CLI began and never finished rolled
 * back with its connection: it is marked so and done again.
 *
 * Refuses a database that has migrations unknown here: a newer Posthorn made it. Statements that
 * cannot run in a transaction (CREATE INDEX CONCURRENTLY) have no place in a migration.
 */
import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";

export const MIGRATIONS = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));

export interface MigrationState {
  /** In the order in which they are applied. */
  readonly pending: readonly string[];
  /** Begun by Prisma's CLI, never finished. Part of `pending`. */
  readonly unfinished: readonly string[];
  /** Applied, and changed in the folder since: harmless here, a mistake in development. */
  readonly changed: readonly string[];
  /** Applied, not in the folder. */
  readonly unknown: readonly string[];
}

export class MigrationFailure extends Error {}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface Row {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** The number under which Prisma's CLI locks as well (schema-engine, PostgreSQL connector). */
const LOCK = 72_707_369;

/** Prisma's own definition of its table. */
const TABLE = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

/** Brings the database up to date; says what it was before. Several processes may call it at once. */
export async function migrate(databaseUrl: string, folder = MIGRATIONS): Promise<MigrationState> {
  return withClient(databaseUrl, async (client) => {
    await client.query("select pg_advisory_lock($1)", [LOCK]); // till this connection ends
    await client.query(TABLE);
    const migrations = readMigrations(folder);
    const state = compare(migrations, await readRows(client));
    if (state.unknown.length > 0) throw new MigrationFailure(explainUnknown(state.unknown));
    const pending = migrations.filter(({ name }) => state.pending.includes(name));
    for (const migration of pending) await apply(client, migration);
    return state;
  });
}

/** How the database stands, without changing it. */
export async function migrationState(
  databaseUrl: string,
  folder = MIGRATIONS,
): Promise<MigrationState> {
  return withClient(databaseUrl, async (client) =>
    compare(readMigrations(folder), await readRows(client)),
  );
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: "posthorn migrate" });
  client.on("error", () => {}); // the query that runs then fails, which is enough
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

async function readRows(client: pg.Client): Promise<Row[]> {
  const there = await client.query("select 1 where to_regclass('_prisma_migrations') is not null");
  if (there.rowCount === 0) return [];
  const { rows } = await client.query<Row>(
    `select migration_name as name, checksum, finished_at is not null as finished
     from _prisma_migrations where rolled_back_at is null order by started_at`,
  );
  return rows;
}

function compare(migrations: readonly Migration[], rows: readonly Row[]): MigrationState {
  const applied = new Map(
    rows.filter((row) => row.finished).map((row) => [row.name, row.checksum]),
  );
  const begun = new Set(rows.filter((row) => !row.finished).map((row) => row.name));
  const names = new Set(migrations.map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !applied.has(name)).map(({ name }) => name);
  return {
    pending,
    unfinished: pending.filter((name) => begun.has(name)),
    changed: migrations
      .filter(({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum)
      .map(({ name }) => name),
    unknown: [...applied.keys()].filter((name) => !names.has(name)),
  };
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(
      `update _prisma_migrations set rolled_back_at = now()
       where migration_name = $1 and finished_at is null and rolled_back_at is null`,
      [name],
    );
    await client.query(sql);
    await client.query(
      `insert into _prisma_migrations
         (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback").catch(() => {}); // the connection may be what failed
    throw new MigrationFailure(explainFailure(name, cause), { cause });
  }
}

function explainFailure(name: string, cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof pg.DatabaseError ? cause.code : undefined;
  const exists = code === "42P07" || code === "42710"; // duplicate_table, duplicate_object
  const hint = exists
    ? " The database already holds parts of it that no migration made: use an empty database, or " +
      "take away what is in the way."
    : "";
  return `Migration ${name} failed and changed nothing: ${text}.${hint}`;
}

function explainUnknown(names: readonly string[]): string {
  return (
    `The database has migrations that this version does not know (${names.join(", ")}): ` +
    "a newer Posthorn made it. Start that version, or restore a backup."
  );
}
