/**
 * The Prisma CLI for development, without its download: `npm run db:generate | db:migrate | db:diff`.
 *
 * db:migrate  writes a migration for what changed in schema.prisma: npm run db:migrate -- --name x
 *             (not `prisma migrate dev`, which wants a shadow database that the offline engine cannot make)
 * db:diff     prints how schema.prisma differs from what the migrations make; exit 2 when it does
 *
 * What needs a database gets an embedded one for its time, unless DATABASE_URL says another.
 */
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GENERATED_MARK, root, schemaHash } from "./prepare.mjs";

const [verb, ...rest] = process.argv.slice(2);
const DIFF = [
  ...["migrate", "diff", "--from-migrations", "prisma/migrations"],
  ...["--to-schema", "prisma/schema.prisma", "--exit-code"],
];
const migration = verb === "new" ? migrationName(rest) : null;
const draft = join(tmpdir(), `posthorn-migration-${process.pid}.sql`);
const args =
  migration !== null
    ? [...DIFF, "--script", "--output", draft]
    : verb === "diff"
      ? [...DIFF, ...rest]
      : process.argv.slice(2);

/** "<time>_<name>". */
function migrationName(options) {
  const name = options[options.indexOf("--name") + 1];
  if (!options.includes("--name") || !/^[a-z0-9_]+$/.test(name ?? "")) {
    process.stderr.write("A migration has a name: npm run db:migrate -- --name add_x\n");
    process.exit(1);
  }
  return `${new Date().toISOString().slice(0, 19).replace(/[-:T]/g, "")}_${name}`;
}

const needsDatabase = verb !== "generate" && !process.env.DATABASE_URL;
process.exitCode = needsDatabase ? await withDatabase(prisma) : await prisma({});
if (migration !== null) {
  // Exit code 2 of `migrate diff`: there is a difference, which is what we want here.
  if (process.exitCode === 2) {
    const folder = join(root, "prisma/migrations", migration);
    mkdirSync(folder, { recursive: true });
    copyFileSync(draft, join(folder, "migration.sql"));
    process.stdout.write(`prisma/migrations/${migration}/migration.sql\n`);
    process.exitCode = 0;
  } else if (process.exitCode === 0) {
    process.stdout.write("The schema says what the migrations make: nothing to write.\n");
  }
}
if (verb === "generate" && !process.exitCode) {
  writeFileSync(join(root, GENERATED_MARK), schemaHash()); // asked by ensureGenerated
}

async function withDatabase(run) {
  const { startCluster } = await import("../lib/embedded/cluster.ts");
  const folder = mkdtempSync(join(tmpdir(), "posthorn-prisma-"));
  const cluster = await startCluster({ folder: join(folder, "data"), durable: false });
  try {
    return await run({ DATABASE_URL: cluster.url });
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function prisma(env) {
  const engine = join(root, "scripts/prisma-schema-engine.mjs");
  const child = spawn(
    process.execPath,
    [join(root, "node_modules/prisma/build/index.js"), ...args],
    {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: engine,
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        CHECKPOINT_DISABLE: "1",
        ...env,
      },
    },
  );
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}
