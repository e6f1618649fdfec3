/**
 * `npm run build`: the web's production build, when its sources changed since the last one. The mark is
 * written after a build that succeeded, so that an interrupted one is done again.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureGenerated, ensureInstalled, hashOf, node24, readText, root } from "./prepare.mjs";
import { run, step } from "./prepare.mjs";

const MARK = ".next/posthorn-build";
/** What `next build` reads: folders, and files of the root. */
const FOLDERS = ["app", "components", "lib", "public", "prisma"];
const FILES =
  /^(package-lock\.json|tsconfig\.json|proxy\.ts|instrumentation.*\.ts|(next|postcss)\.config\..+)$/;
const IGNORED = /(^|\/)(generated\/|[^/]*\.test\.tsx?$)/;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await ensureInstalled();
  await ensureGenerated();
  await ensureBuilt();
}

export async function ensureBuilt() {
  if (!existsSync(join(root, "app"))) return;
  const wanted = sourcesHash();
  if (readText(join(root, MARK)) === wanted) return;
  await step("Building the console", () =>
    run(node24(), ["node_modules/next/dist/bin/next", "build"], {
      quiet: true,
      env: { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    }),
  );
  mkdirSync(join(root, ".next"), { recursive: true });
  writeFileSync(join(root, MARK), wanted);
}

function sourcesHash() {
  const files = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  );
  const tops = readdirSync(root).filter((name) => FILES.test(name));
  const all = [...files, ...tops.map((name) => join(root, name))].filter(
    (file) => !IGNORED.test(file.slice(root.length)),
  );
  return hashOf(all.sort().flatMap((file) => [file.slice(root.length), readFileSync(file)]));
}
