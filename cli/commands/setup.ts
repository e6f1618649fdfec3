/** `posthorn setup`: a fresh one-time link for who lost the one that start printed. */
import { issueSetUpToken } from "../../lib/service/setup.ts";
import { CommandFailure, EXIT, type Command } from "../command.ts";
import { withServices } from "../database.ts";
import { printJson, printLine } from "../output.ts";
import { consoleUrl, setUpLink } from "../ready.ts";

export const setUpCommand: Command = {
  name: "setup",
  usage: "",
  summary: "Prints a one-time link that makes the first operator; older links stop counting",
  run: ({ settings, json }) =>
    withServices(settings, async (ctx) => {
      const token = await issueSetUpToken(ctx);
      if (token === null) throw new CommandFailure("it is set up already: there is an operator");
      const http = settings.ports.http.at(-1) ?? 0;
      const listeners = [{ protocol: "http", address: "", port: http, tls: "" }];
      const link = setUpLink(consoleUrl(settings.publicUrl, listeners), token);
      if (json) printJson({ link, token });
      else printLine(link);
      return EXIT.done;
    }),
};
