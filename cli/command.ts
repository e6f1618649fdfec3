/** What a command is, what it is given, and what its end means. */
import type { ParseArgsConfig } from "node:util";
import type { Settings } from "../lib/settings/settings.ts";

/** Exit codes, the same for all commands; README lists them. */
export const EXIT = {
  done: 0,
  /** Refused, not found, or (doctor) something is wrong. */
  refused: 1,
  usage: 2,
  /** The database could not be reached or started. */
  noDatabase: 3,
} as const;

export interface Command {
  /** "domain add": one to three words. */
  readonly name: string;
  /** What follows the name: "<domain> [--search text]". */
  readonly usage: string;
  readonly summary: string;
  /** More, for `posthorn help <command>`. */
  readonly help?: string;
  readonly options?: ParseArgsConfig["options"];
  /** Least and most positional arguments. Default: none. */
  readonly arguments?: readonly [least: number, most: number];
  run(call: Call): Promise<number>;
}

export interface Call {
  readonly settings: Settings;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly json: boolean;
}

/** The arguments make no sense: exit 2 with the command's usage. */
export class UsageError extends Error {}

/** An answer on purpose: one sentence, exit code as given. With --json: {"error": …}. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode: number = EXIT.refused, options?: ErrorOptions) {
    super(text, options);
    this.exitCode = exitCode;
  }
}

export function textOption(call: Call, name: string): string | undefined {
  const value = call.options[name];
  return typeof value === "string" ? value : undefined;
}
