/**
 * `npm test`: everything, on a machine with nothing but Node 20 and npm.
 *
 *   npm test                                  all tests, types, lint, layers, licences
 *   npm test -- lib/mail tests/imap/x.test.ts these files and folders
 *   npm test -- --test-name-pattern=relay     options of `node --test` pass through
 *
 * One PostgreSQL for the whole run: an embedded one that does not wait for the disk, or the server of
 * TEST_DATABASE_URL (a role that may create databases). Each test file clones a database of its own
 * (tests/support/database.ts). Suites that need programs of the system skip themselves and are named
 * at the start.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs"; // globSync came with Node 22: not by name
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "./build.mjs";
import { ensureGenerated, ensureInstalled, fail, node24, root } from "./prepare.mjs";

const TEST_TIMEOUT = 10 * 60_000;
const argv = process.argv.slice(2);

await ensureInstalled({ withDev: true });
if (Number(process.versions.node.split(".")[0]) < 24) await continueOnNode24();
await ensureGenerated();

const options = argv.filter((argument) => argument.startsWith("-"));
const files = chooseFiles(argv.filter((argument) => !argument.startsWith("-")));
await announceSkips(files);
if (files.some((file) => /^tests\/(e2e|ops)\//.test(file))) await ensureBuilt();
process.exitCode = await withServer((env) => runTests(files, env));

/** This script again, on the Node that npm brought; does not come back. */
async function continueOnNode24() {
  const child = spawn(node24(), process.argv.slice(1), { stdio: "inherit" });
  const ignore = () => {}; // the child hears Ctrl-C as well and ends first
  process.on("SIGINT", ignore);
  process.on("SIGTERM", () => child.kill());
  process.exit(await new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1))));
}

function chooseFiles(paths) {
  const found = (paths.length > 0 ? paths : ["."]).flatMap((path) => {
    if (!fs.existsSync(join(root, path))) fail(`There is no ${path} here.`);
    if (fs.statSync(join(root, path)).isFile()) return [path];
    return fs
      .globSync("**/*.test.{ts,mjs}", {
        cwd: join(root, path),
        exclude: (name) => ["node_modules", ".next", "data", "tmp"].includes(name),
      })
      .map((name) => join(path, name));
  });
  if (found.length === 0) fail("There are no tests there.");
  // What takes longest first, so that the two lanes end together.
  const weight = (file) => (/tests\/(static|e2e|fault)/.test(file) ? 0 : 1);
  return found.sort((a, b) => weight(a) - weight(b) || a.localeCompare(b));
}

async function announceSkips(chosen) {
  const { missingFor } = await import("../tests/support/tools.ts");
  for (const suite of ["interop", "e2e"]) {
    if (!chosen.some((file) => file.startsWith(`tests/${suite}/`))) continue;
    const missing = missingFor(suite);
    if (missing) process.stdout.write(`  ${missing}\n`);
  }
}

async function withServer(work) {
  if (process.env.TEST_DATABASE_URL) return work({});
  const { sweepTestFolders, testCluster } = await import("../tests/support/cluster.ts");
  await sweepTestFolders();
  const { cluster, remove } = await testCluster({ durable: false });
  try {
    return await work({ TEST_DATABASE_URL: cluster.url });
  } finally {
    await remove();
  }
}

function runTests(chosen, env) {
  const flags = [
    "--test",
    `--test-concurrency=${Math.max(2, availableParallelism())}`,
    `--test-timeout=${TEST_TIMEOUT}`,
    "--import=./tests/support/module-hooks.mjs",
    ...options,
  ];
  const child = spawn(process.execPath, [...flags, ...chosen], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "test", NEXT_TELEMETRY_DISABLED: "1", ...env },
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill("SIGTERM"));
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}
