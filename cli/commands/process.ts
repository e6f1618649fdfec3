/** `posthorn web`, `posthorn engine`: one process alone, as service managers and containers want it. */
import { join } from "node:path";
import { ENGINE_NODE_ARGS } from "../../lib/settings/engine-node.ts";
import { ROOT } from "../../lib/settings/settings.ts";
import { CommandFailure, EXIT, type Call, type Command } from "../command.ts";
import { urlOfRunning } from "../database.ts";

export const web: Command = {
  name: "web",
  usage: "",
  summary: "Runs the console alone",
  help: "Needs DATABASE_URL, or a `posthorn start` that runs in the same data folder.",
  run: (call) => become("server.ts", call),
};

export const engine: Command = {
  name: "engine",
  usage: "",
  summary: "Runs the mail engine alone; any number may share one database",
  help: "Needs DATABASE_URL, or a `posthorn start` that runs in the same data folder.",
  run: (call) => become("engine/main.ts", call, ENGINE_NODE_ARGS),
};

/** This process becomes that program: signals reach it directly. */
function become(
  script: string,
  { settings }: Call,
  nodeArgs: readonly string[] = [],
): Promise<number> {
  const url = settings.databaseUrl ?? urlOfRunning(settings.dataFolder);
  if (url === null) {
    throw new CommandFailure(
      "set DATABASE_URL: alone it brings no database (`posthorn start` does)",
      EXIT.noDatabase,
    );
  }
  const NODE_ENV = process.env.NODE_ENV ?? "production";
  const database = settings.databaseUrl === null ? { DATABASE_URL: url } : {};
  process.chdir(ROOT);
  process.execve?.(process.execPath, [process.execPath, ...nodeArgs, join(ROOT, script)], {
    ...process.env,
    ...database,
    NODE_ENV,
    POSTHORN_DATA: settings.dataFolder,
  });
  throw new CommandFailure(`this system cannot replace a process: run \`node ${script}\` instead`);
}
