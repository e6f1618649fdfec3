/** `posthorn queue list` */
import { cliActor } from "../../lib/service/actor.ts";
import { listQueue } from "../../lib/service/queue.ts";
import { EXIT, textOption, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { pageLimit } from "../input.ts";
import { printJson, printLine, printTable } from "../output.ts";

export const queueList: Command = {
  name: "queue list",
  usage: "[--search <text>] [--after <id>] [--limit <n>]",
  summary: "Lists mail that waits to leave, oldest first",
  help: "One row per recipient. With --json, `next` is what to give to --after, or null.",
  options: {
    search: { type: "string" },
    after: { type: "string" },
    limit: { type: "string" },
  },
  run: (call) => {
    const search = textOption(call, "search") ?? "";
    const after = textOption(call, "after") ?? "0";
    const limit = pageLimit(call);
    return withServices(call.settings, async (ctx) => {
      const { rows, next } = await listQueue(ctx, cliActor, { search, after, limit });
      if (call.json) printJson({ recipients: rows, next });
      else {
        printTable(
          ["ID", "FROM", "TO", "TRIES", "NEXT TRY", "LAST REPLY"],
          rows.map((row) => [
            row.id,
            row.from === "" ? "<>" : row.from,
            row.to,
            String(row.attempts),
            row.hold ? "held" : row.nextAttemptAt.toISOString(),
            row.lastReply ?? "",
          ]),
          "The queue is empty.",
        );
        if (next !== null) printLine(`More: --after ${next}`);
      }
      return EXIT.done;
    });
  },
};
