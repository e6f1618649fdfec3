/**
 * `npm run dev`: Posthorn with reload. The engine starts again when its files change (node --watch), the
 * console is Next's development server. Data in tmp/dev, beside the real ones; high ports.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureGenerated, ensureInstalled, node24, root } from "./prepare.mjs";

await ensureInstalled({ withDev: true });
await ensureGenerated();

const child = spawn(node24(), [join(root, "cli/main.ts"), "start", "--dev"], {
  cwd: root,
  stdio: ["inherit", "inherit", "inherit", "ipc"],
  env: { POSTHORN_DATA: join(root, "tmp/dev"), ...process.env },
});
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.once("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
