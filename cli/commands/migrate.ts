/** `posthorn migrate`: before a new version's processes start. */
import { EXIT, CommandFailure, type Command } from "../command.ts";
import { noDatabase, withDatabase } from "../database.ts";
import { migrateAll } from "../migrate.ts";
import { printJson, printLine } from "../output.ts";
import { MigrationFailure } from "../../lib/storage/migrate.ts";

export const migrate: Command = {
  name: "migrate",
  usage: "",
  summary: "Brings the database up to date; does nothing when it is",
  run: ({ settings, json }) =>
    withDatabase(settings, async (url) => {
      const state = await migrateAll(url).catch(explain);
      if (json) printJson({ applied: state.pending, changed: state.changed });
      else if (state.pending.length === 0) printLine("The database is up to date.");
      else printLine(`Applied: ${state.pending.join(", ")}`);
      if (!json && state.changed.length > 0) {
        printLine(`Changed after they were applied: ${state.changed.join(", ")}`);
      }
      return EXIT.done;
    }),
};

function explain(error: unknown): never {
  if (error instanceof MigrationFailure) throw new CommandFailure(error.message);
  return noDatabase(error);
}
