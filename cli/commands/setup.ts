/** `posthorn setup`: a fresh one-time link for who lost the one that start printed. */
import { issueSetUpToken } from "../../lib/service/setup.ts";
import { CommandFailure, EXIT, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { findHolder } from "../lock.ts";
import { printJson, printLine } from "../output.ts";
import { setUpLink } from "../ready.ts";

export const setUpCommand: Command = {
  name: "setup",
  usage: "",
  summary: "Prints a one-time link that makes the first operator; older links stop counting",
  run: ({ settings, json }) =>
    withServices(settings, async (ctx) => {
      const token = await issueSetUpToken(ctx);
      if (token === null) throw new CommandFailure("it is set up already: there is an operator");
      const console = settings.publicUrl ?? findHolder(settings.dataFolder)?.console;
      const link = setUpLink(console ?? "http://localhost:8080", token);
      if (json) printJson({ link, token });
      else printLine(link);
      return EXIT.done;
    }),
};
