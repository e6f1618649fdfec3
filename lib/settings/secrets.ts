/**
 * Secrets of the installation: from the environment, from a file that it names (`NAME_FILE`, as
 * container platforms mount them), or made once and kept in the data folder, readable by us alone.
 */
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeDataFolder } from "./data-folder.ts";
import { BadSettings, type Environment, type Problem } from "./problems.ts";

export const SECRET_NAMES = [
  "DATABASE_URL",
  "AUTH_SECRET",
  "NEXTAUTH_SECRET",
  "POSTHORN_SECRET_KEY",
];
const SECRET_BYTES = 32;

/** The environment with every NAME_FILE replaced by NAME. Throws BadSettings. */
export function readSecretFiles(env: Environment): Environment {
  const found: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const name of SECRET_NAMES) {
    const file = env[`${name}_FILE`];
    if (file === undefined) continue;
    const say = (text: string) => problems.push({ name: `${name}_FILE`, value: file, text });
    if (env[name] !== undefined) say(`set ${name} or ${name}_FILE, not both`);
    try {
      found[name] = readFileSync(file, "utf8").trim();
    } catch (error) {
      say(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length > 0) throw new BadSettings(problems);
  return { ...env, ...found };
}

/** A secret of the data folder, made at the first call. Processes that start together agree on one. */
export function storedSecret(folder: string, name: string): string {
  const file = join(folder, name);
  if (!existsSync(file)) makeSecret(folder, file);
  return readFileSync(file, "utf8").trim();
}

/** Written whole under another name and linked into place: whoever comes second keeps the first's. */
function makeSecret(folder: string, file: string): void {
  makeDataFolder(folder);
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${randomBytes(SECRET_BYTES).toString("base64")}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(own);
  }
}
