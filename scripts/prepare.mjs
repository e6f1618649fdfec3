/**
 * What must be there before anything of ours runs, made when it is missing or out of date:
 * node_modules, the Node 24 in it, the generated Prisma client.
 *
 * Runs on the machine's own Node (20 or later) and before `npm ci`: it may import nothing but Node.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const at = (path) => join(root, path);

/** Says what is going on, and how long it took: the first start takes a minute or two. */
export async function step(text, work) {
  const started = Date.now();
  process.stdout.write(`  ${text} …\n`);
  await work();
  process.stdout.write(`  ${text}: done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

export async function ensureInstalled({ withDev = false } = {}) {
  if (isInstalled(withDev)) return;
  await step("Installing packages (npm ci)", () =>
    npm("ci", "--no-audit", "--no-fund", "--loglevel=error"),
  );
}

/**
 * Compares what package-lock.json wants with npm's own note of what it installed, which is written
 * last: an installation that was interrupted, or that `git pull` made old, does not pass.
 */
export function isInstalled(withDev) {
  const wanted = readJson(at("package-lock.json"))?.packages ?? {};
  const found = readJson(at("node_modules/.package-lock.json"))?.packages;
  if (!found) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || found[path]?.version === entry.version) return true;
    const mayBeAbsent =
      entry.optional || entry.devOptional || entry.peer || (entry.dev && !withDev);
    return mayBeAbsent && !found[path];
  });
}

/** npm brings it (optionalDependencies), whatever Node the machine has. */
export function node24() {
  const bundled = at(`node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(bundled)) return bundled;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  fail(
    `Posthorn runs on Node 24, which npm does not bring for ${process.platform}-${process.arch}. ` +
      `This is Node ${process.versions.node}: install Node 24 (https://nodejs.org) and try again.`,
  );
}

/**
 * For our own processes: Node keeps there what it compiled (types stripped, V8's code), which halves the
 * time of a later start. Beside the code, and as trusted; a folder that cannot be written is no error.
 */
export const environment = {
  NODE_COMPILE_CACHE: at("node_modules/.cache/posthorn"),
  ...process.env,
};

/** Prisma's client is made from the schema, never committed. */
export async function ensureGenerated() {
  if (readText(at(GENERATED_MARK)) === schemaHash()) return;
  await step("Generating the database client", () =>
    run(node24(), [at("scripts/prisma.mjs"), "generate"], { quiet: true }),
  );
}

export const GENERATED_MARK = "prisma/generated/.schema-hash";

export function schemaHash() {
  const version = readJson(at("node_modules/prisma/package.json"))?.version;
  return hashOf([version ?? "", readText(at("prisma/schema.prisma")) ?? ""]);
}

export function hashOf(texts) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\0");
  return hash.digest("hex");
}

export function npm(...args) {
  const script = process.env.npm_execpath; // set when npm started us
  return script?.endsWith(".js")
    ? run(process.execPath, [script, ...args])
    : run(process.platform === "win32" ? "npm.cmd" : "npm", args);
}

/** Runs it to its end. A failure ends us as well, with its output and code. */
export function run(file, args, { quiet = false, env = {} } = {}) {
  const stdio = quiet ? ["ignore", "pipe", "pipe"] : "inherit";
  const child = spawn(file, args, { cwd: root, stdio, env: { ...process.env, ...env } });
  const output = [];
  child.stdout?.on("data", (data) => output.push(data));
  child.stderr?.on("data", (data) => output.push(data));
  return new Promise((resolve) => {
    child.once("error", (error) => fail(`${file} cannot be started: ${error.message}`));
    child.once("close", (code) => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(output));
      fail(`${[file, ...args].join(" ")} ended with ${code ?? "a signal"}.`, code ?? 1);
    });
  });
}

export function fail(text, code = 1) {
  process.stderr.write(`\n${text}\n`);
  process.exit(code);
}

export function readText(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null; // absent, or cut off in the middle of writing
  }
}
