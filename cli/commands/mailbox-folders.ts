/** `posthorn mailbox folders`: what is in a mailbox, folder by folder. */
import { cliActor } from "../../lib/service/actor.ts";
import { listFolders } from "../../lib/service/folders.ts";
import { EXIT, textOption, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { pageLimit } from "../input.ts";
import { formatBytes, printJson, printLine, printTable } from "../output.ts";
import { findMailboxId, noSuchMailbox, splitAddress } from "./mailbox.ts";

export const mailboxFolders: Command = {
  name: "mailbox folders",
  usage: "<address> [--after <folder>] [--limit <n>]",
  summary: "Lists the folders of a mailbox with their messages and sizes",
  help: "With --json, `sum` is of all folders and `next` is what to give to --after, or null.",
  options: { after: { type: "string" }, limit: { type: "string" } },
  arguments: [1, 1],
  run: (call) => {
    const address = splitAddress(call.args[0]);
    const page = { after: textOption(call, "after") ?? "", limit: pageLimit(call) };
    return withServices(call.settings, async (ctx) => {
      const list = await listFolders(ctx, cliActor, await findMailboxId(ctx, address), page);
      if (!list) throw noSuchMailbox(address);
      const { rows: folders, sum, quotaBytes, next } = list;
      if (call.json) {
        printJson({ folders, sum, quotaBytes, next });
        return EXIT.done;
      }
      printTable(
        ["FOLDER", "USE", "MESSAGES", "UNREAD", "DELETED", "SIZE"],
        folders.map((row) => [
          ...[row.name, row.specialUse ?? ""],
          ...[row.messages, row.unseen, row.deleted].map(String),
          formatBytes(row.bytes),
        ]),
        "No folders.",
      );
      const used = `${formatBytes(sum.bytes)} of ${formatBytes(quotaBytes)}`;
      printLine(`${sum.messages} messages in ${sum.folders} folders, ${used}.`);
      if (next !== null) printLine(`More: --after ${next}`);
      return EXIT.done;
    });
  },
};
