#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which its CLI would download at first use.
 *
 * Speaks the engine's protocol (JSON-RPC, one object a line, over stdin and stdout) and hands the work
 * to the same engine compiled to WebAssembly (@prisma/schema-engine-wasm) over @prisma/adapter-pg.
 * With PRISMA_SCHEMA_ENGINE_BINARY pointing here, `prisma generate`, `migrate dev|deploy|status|diff`,
 * `db push` and `db pull` work without network.
 *
 * A development tool: an installation applies prisma/migrations with lib/storage/migrate.ts.
 * Refuses: other databases than PostgreSQL; TLS options and schemas in the URL; TypedSQL.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";

const require = createRequire(import.meta.url);
const TEXT_OID = 25;
const CHAR_OID = 18; // "char", the one-byte type of the system catalogue

const { command, url, schemaFiles } = readArguments(process.argv.slice(2));
if (command === "version") print("schema-engine-cli wasm");
else if (command === "probe") await probe();
else await serve();

/** The part of the native engine's command line that the CLI uses. */
function readArguments(argv) {
  const result = { command: "serve", url: process.env.DATABASE_URL ?? "", schemaFiles: [] };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === "--version") result.command = "version";
    else if (argv[i] === "cli")
      result.command = "probe"; // cli can-connect-to-database
    else if (argv[i] === "--datamodels") result.schemaFiles.push(argv[++i]);
    else if (argv[i] === "--datasource") result.url = JSON.parse(argv[++i]).url || result.url;
  }
  return result;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

/** `cli can-connect-to-database`: exit 101 and an error line when it cannot (P1001). */
async function probe() {
  try {
    const connection = await adapter().connect();
    await connection.queryRaw({ sql: "select 1", args: [], argTypes: [] });
    await connection.dispose();
  } catch (error) {
    const fields = { message: error.message, error_code: "P1001" };
    process.stderr.write(
      `\n${JSON.stringify({ level: "ERROR", target: "schema_engine::logger", fields })}\n`,
    );
    process.exitCode = 101;
  }
}

/** Answers requests until stdin closes. The engine is made at the first one: it reads the schema then. */
async function serve() {
  const { SchemaEngine } = await loadEngine();
  const datamodels = schemaFiles.map((file) => [file, readFileSync(file, "utf8")]);
  let engine;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = line.trim() ? JSON.parse(line) : {};
    if (!request.method) continue;
    try {
      engine ??= await SchemaEngine.new(
        { datamodels: datamodels.length > 0 ? datamodels : undefined },
        () => {},
        migrationAdapters(),
      );
      await answer(engine, request);
    } catch (error) {
      respond({ id: request.id, error: asRpcError(error) });
    }
  }
}

async function answer(engine, { id, method, params }) {
  if (method === "diff") {
    const result = await engine.diff({ shadowDatabaseUrl: null, exitCode: null, ...params });
    // The native engine prints the difference through a request of its own.
    if (result.stdout != null) {
      respond({ id: 1e9 + id, method: "print", params: { content: result.stdout } });
    }
    return respond({ id, result });
  }
  const name = method === "getDatabaseVersion" ? "version" : method;
  respond({ id, result: (await engine[name](params)) ?? null });
}

function respond(message) {
  print(JSON.stringify({ jsonrpc: "2.0", ...message }));
}

function asRpcError(error) {
  const { message, code = null } = error;
  const data = { is_panic: false, message, meta: { full_error: message }, error_code: code };
  return { code: 4466, message: "see data", data };
}

async function loadEngine() {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    set_message: (message) =>
      process.stderr.write(`${JSON.stringify({ level: "ERROR", fields: { message } })}\n`),
  };
  const folder = dirname(require.resolve("@prisma/schema-engine-wasm"));
  const glue = await import(join(folder, "schema_engine_bg.js"));
  const bytes = readFileSync(join(folder, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start?.();
  return glue;
}

// ── The database ───────────────────────────────────────────────────────────────────────────────

function connectionConfig() {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return {
    host: searchParams.get("host") ?? hostname,
    port: Number(port) || 5432,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

function adapter(database = connectionConfig().database) {
  return new PrismaPg({ ...connectionConfig(), database });
}

function migrationAdapters() {
  const isChar = watchCharColumns();
  const base = adapter();
  return bindMigrationAwareSqlAdapterFactory({
    provider: base.provider,
    adapterName: base.adapterName,
    connect: async () => relabelling(await base.connect(), isChar),
    connectToShadowDb: () => shadowDatabase(base, isChar),
  });
}

/** A database of its own for replaying migrations, gone when the engine is done with it. */
async function shadowDatabase(base, isChar) {
  const admin = await base.connect();
  const database = `prisma_shadow_${randomUUID().replaceAll("-", "")}`;
  await admin.executeScript(`CREATE DATABASE "${database}"`);
  const connection = await adapter(database).connect();
  const dispose = connection.dispose.bind(connection);
  connection.dispose = async () => {
    await dispose();
    await admin.executeScript(`DROP DATABASE "${database}" WITH (FORCE)`);
    await admin.dispose();
  };
  return relabelling(connection, isChar);
}

/**
 * adapter-pg refuses results with a "char" column, and the engine reads such from the catalogue: let
 * `pg` call them text, remember which they were, and give the engine the type it expects.
 */
function watchCharColumns() {
  const Result = require("pg/lib/result.js");
  const addFields = Result.prototype.addFields;
  let charColumns = [];
  Result.prototype.addFields = function (fields) {
    charColumns = fields.map((field) => field.dataTypeID === CHAR_OID);
    for (const field of fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
    return addFields.call(this, fields);
  };
  return (column) => charColumns[column];
}

function relabelling(connection, isChar) {
  // The adapter cuts a script at every ";", also inside function bodies and comments.
  connection.executeScript = async (script) => void (await connection.client.query(script));
  const queryRaw = connection.queryRaw.bind(connection);
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query);
    result.columnTypes = result.columnTypes.map((type, column) =>
      isChar(column) ? ColumnTypeEnum.Character : type,
    );
    return result;
  };
  return connection;
}
