/**
 * `npm start`: from a fresh clone to a running Posthorn, with nothing but Node 20 and npm. Installs and
 * builds what is missing or out of date, then runs `cli/main.ts start` on the Node 24 that npm brought.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "./build.mjs";
import { ensureGenerated, ensureInstalled, environment, node24, root } from "./prepare.mjs";

/** A killed npm cannot tell us; we look whether we still are its child. */
const PARENT_CHECK_MS = 500;

await ensureInstalled();
await ensureGenerated();
await ensureBuilt();

const child = spawn(node24(), [join(root, "cli/main.ts"), "start"], {
  cwd: root,
  env: environment,
  // The channel closes when this process ends, however it ends: the supervisor then stops as well.
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
// The terminal sends Ctrl-C to both; the supervisor decides, we only wait for it.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.once("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
if (process.env.npm_lifecycle_event) {
  const began = ancestors();
  setInterval(() => ancestors() === began || child.kill("SIGTERM"), PARENT_CHECK_MS).unref();
}

/** Our parent, and its: npm may have put a shell between us. */
function ancestors() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]}`;
  } catch {
    return String(process.ppid); // no /proc here
  }
}
