/**
 * `posthorn <command>`: finds the command, checks its arguments, runs it, and turns what it threw
 * into a sentence and an exit code.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { settingsOrExit } from "../lib/settings/report.ts";
import { ROOT } from "../lib/settings/settings.ts";
import { CommandFailure, EXIT, UsageError, type Command } from "./command.ts";
import { COMMANDS, loadAll } from "./commands/index.ts";
import { describeCommand, overview, usageOf } from "./help.ts";
import { printJson } from "./output.ts";

/** Settings of this installation for all who start it; the environment wins. */
const environmentFile = join(ROOT, ".env");
if (existsSync(environmentFile)) process.loadEnvFile(environmentFile);

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const [first = "help", second = ""] = argv;
  if (first === "--version" || first === "-v") return main(["version"]);
  if (["help", "--help", "-h"].includes(first)) return help(argv.slice(1));
  const entry = [3, 2, 1]
    .map((words) => argv.slice(0, words).join(" "))
    .map((asked) => COMMANDS.find(({ name }) => name === asked))
    .find(Boolean);
  if (!entry) return unknown(first, second);
  return run(await entry.load(), argv.slice(entry.name.split(" ").length));
}

async function run(command: Command, argv: readonly string[]): Promise<number> {
  const json = argv.includes("--json");
  try {
    const call = { ...parse(command, argv), json };
    if (call.options["help"] === true) return show(describeCommand(command));
    return await command.run({ ...call, settings: settingsOrExit(process.env) });
  } catch (error) {
    return explain(error, command, json);
  }
}

function parse(command: Command, argv: readonly string[]) {
  const options = {
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
    ...command.options,
  } as const;
  const { values, positionals } = parseStrictly(argv, options);
  const [least, most] = command.arguments ?? [0, 0];
  const asked = values["help"] === true;
  if (!asked && (positionals.length < least || positionals.length > most)) {
    throw new UsageError(positionals.length < least ? "something is missing" : "too many words");
  }
  const single: Record<string, string | boolean | undefined> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!Array.isArray(value)) single[name] = value;
  }
  return { args: positionals, options: single };
}

function parseStrictly(argv: readonly string[], options: Command["options"]) {
  try {
    return parseArgs({ args: [...argv], options: options ?? {}, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function explain(error: unknown, command: Command, json: boolean): number {
  if (error instanceof UsageError) {
    return refuse(`${error.message}\nUsage: ${usageOf(command)}`, EXIT.usage, json);
  }
  if (error instanceof CommandFailure) return refuse(error.message, error.exitCode, json);
  throw error;
}

function refuse(text: string, exitCode: number, json: boolean): number {
  if (json) printJson({ error: text });
  else process.stderr.write(`posthorn: ${text}\n`);
  return exitCode;
}

async function help(words: readonly string[]): Promise<number> {
  const name = words.filter((word) => !word.startsWith("-")).join(" ");
  if (name === "") return show(overview(await loadAll(COMMANDS)));
  const found = COMMANDS.filter((entry) => `${entry.name} `.startsWith(`${name} `));
  if (found.length === 0) return unknown(name, "");
  return show((await loadAll(found)).map(describeCommand).join("\n"));
}

function unknown(first: string, second: string): number {
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0) {
    const which = group.map(({ name }) => name).join(", ");
    return refuse(`${first} ${second}: which of ${which}?`, EXIT.usage, false);
  }
  return refuse(`there is no command ${first}; see posthorn help`, EXIT.usage, false);
}

function show(text: string): number {
  process.stdout.write(text);
  return EXIT.done;
}
