/**
 * Where the children's output goes: all of it, as it is (JSON lines), to data/logs/<name>.log; and to
 * the supervisor's own output what its reader can use. A terminal gets warnings and worse in words, a
 * service manager or container gets the JSON lines.
 */
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const Line = z.looseObject({
  level: z.number(),
  msg: z.string().default(""),
  err: z.looseObject({ message: z.string().default("") }).optional(),
});

/** pino's numbers. */
const WARN = 40;
const ERROR = 50;
/** One old file is kept beside the current one. */
const MAX_LOG_BYTES = 50 * 1024 * 1024;

/** The function that takes each line of the child `name`. */
export function logLines(folder: string, name: string): (line: string) => void {
  const write = rotatingFile(join(folder, "logs"), `${name}.log`);
  const show = process.stdout.isTTY ? showInWords : showAsItIs;
  return (line) => {
    write(`${line}\n`);
    show(name, line);
  };
}

function showAsItIs(_name: string, line: string): void {
  process.stdout.write(`${line}\n`);
}

function showInWords(name: string, line: string): void {
  const text = inWords(line);
  if (text !== null) process.stdout.write(`  ${name.padEnd(6)}  ${text}\n`);
}

/** Null: not worth a person's attention. What is not JSON was not written by our logger. */
export function inWords(line: string): string | null {
  const parsed = Line.safeParse(parseJson(line));
  if (!parsed.success) return line.trim() === "" ? null : line;
  const { level, msg, err } = parsed.data;
  if (level < WARN) return null;
  const word = level < ERROR ? "warning" : "ERROR";
  return `${word}: ${[msg, err?.message].filter(Boolean).join(": ")}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function rotatingFile(folder: string, name: string): (text: string) => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  const open = () => createWriteStream(file, { flags: "a", mode: 0o600 }).on("error", () => {});
  let size = existsSync(file) ? statSync(file).size : 0;
  let stream = open();
  return (text) => {
    if (size > MAX_LOG_BYTES) {
      stream.end();
      renameSync(file, `${file}.1`);
      stream = open();
      size = 0;
    }
    size += Buffer.byteLength(text);
    stream.write(text);
  };
}
