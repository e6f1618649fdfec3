/** `posthorn domain import`: a list of domains from standard input, judged and added line by line. */
import { splitDomainInput } from "../../lib/mail/domain-input.ts";
import { Mode } from "../../lib/schemas/domains.ts";
import { ReportsTo } from "../../lib/schemas/forms.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { createDomainList, previewDomains, type Listed } from "../../lib/service/new-domains.ts";
import { CommandFailure, EXIT, textOption, UsageError, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { checked, readInput } from "../input.ts";
import { printJson, printLine, printTable } from "../output.ts";
import { MODES_HELP } from "./domain.ts";

export const domainImport: Command = {
  name: "domain import",
  usage: "[--mode full|receive|send|reports] [--reports-to <address>] [--dry-run] < list",
  summary: "Adds the domains of a list, and says of each line what came of it",
  help:
    `Names, web or mail addresses, one on each line or divided by commas; lines with "#" are left out. ` +
    `${MODES_HELP} Exit 1 when a line was left out for another reason than that it is here already.`,
  options: {
    mode: { type: "string" },
    "reports-to": { type: "string" },
    "dry-run": { type: "boolean" },
  },
  run: async (call) => {
    const mode = checked(Mode.default("full"), textOption(call, "mode"));
    const reportsTo = checked(ReportsTo, textOption(call, "reports-to"));
    if (process.stdin.isTTY) throw new UsageError("give the list on standard input");
    const entries = splitDomainInput(await readInput());
    return withServices(call.settings, async (ctx) => {
      const result =
        call.options["dry-run"] === true
          ? await previewDomains(ctx, cliActor, entries)
          : await createDomainList(ctx, cliActor, { entries, mode, reportsTo });
      if (result.outcome === "tooMany")
        throw new CommandFailure(`at most ${result.most} entries at a time, not ${entries.length}`);
      if (result.outcome !== "done") throw new CommandFailure("not allowed");
      const { rows, jobId } = result;
      if (call.json) printJson({ entries: rows, keysJob: jobId });
      else printText(rows, jobId);
      return rows.every(isFine) ? EXIT.done : EXIT.refused;
    });
  },
};

const FINE: readonly Listed["state"][] = ["added", "valid", "taken", "repeated"];
const isFine = ({ state }: Listed) => FINE.includes(state);

const WORDS: Readonly<Record<Listed["state"], string>> = {
  valid: "can be added",
  added: "added",
  taken: "here already",
  repeated: "stands in the list before",
  invalid: "no domain name",
  ip: "the address of a machine",
  tooLong: "too long",
  suffix: "everybody registers under it",
  reserved: "never in the Internet's DNS",
};

function printText(rows: readonly Listed[], jobId: string | null): void {
  printTable(
    ["AS WRITTEN", "DOMAIN", "RESULT"],
    rows.map(({ text, name, state }) => [text, name ?? "-", WORDS[state]]),
    "The list is empty.",
  );
  if (jobId !== null) printLine("An engine makes their signing keys as soon as it runs.");
}
