/** Help texts, made from the command table. */
import type { Command } from "./command.ts";

export function usageOf({ name, usage }: Command): string {
  return ["posthorn", name, usage, "[--json]"].filter((part) => part !== "").join(" ");
}

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `posthorn <command> [--json]

${rows.join("")}
posthorn help <command> says more. --json prints one JSON value instead of text.
Settings come from the environment and from .env in the folder of the clone.
Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 3 no database, 78 wrong settings.
`;
}

export function describeCommand(command: Command): string {
  const more = command.help ? `\n${command.help}\n` : "";
  return `Usage: ${usageOf(command)}\n\n${command.summary}.\n${more}`;
}
