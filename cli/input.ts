/** What people type, checked by the schemas of the console's forms; refusals in the same words. */
import { createInterface } from "node:readline/promises";
import type { z } from "zod";
import { translateKey, translator } from "../lib/i18n/translate.ts";
import { CommandFailure, EXIT, textOption, UsageError, type Call } from "./command.ts";

const MAX_PAGE = 1_000;
const DEFAULT_PAGE = 50;
const MAX_STDIN_BYTES = 4_096;
const MAX_INPUT_BYTES = 1024 * 1024;

/** Throws with the sentence of the first refused field. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new CommandFailure(translateKey(translator("en"), issue?.message ?? ""), EXIT.refused);
}

export function pageLimit(call: Call): number {
  const text = textOption(call, "limit");
  if (text === undefined) return DEFAULT_PAGE;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return limit;
  throw new UsageError(`--limit is a number from 1 to ${MAX_PAGE}`);
}

/**
 * A password from standard input: never from the command line, which other users of the machine see.
 * `--password-stdin` takes the first line of a pipe; in a terminal it is asked for, unseen.
 */
export async function readPassword(call: Call): Promise<string> {
  if (call.options["password-stdin"] === true) return firstLine();
  if (!process.stdin.isTTY) throw new UsageError("give the password with --password-stdin");
  return askUnseen("Password: ");
}

/** All of standard input, as text. */
export async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    const part = Buffer.from(chunk as Buffer); // no encoding is set
    chunks.push(part);
    bytes += part.length;
    if (bytes > MAX_INPUT_BYTES) throw new CommandFailure("this is too much text");
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function firstLine(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.includes("\n") || text.length > MAX_STDIN_BYTES) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? "";
}

async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  const { Writable } = await import("node:stream");
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question("");
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
