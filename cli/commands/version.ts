/** `posthorn version` */
import { VERSION } from "../../lib/settings/version.ts";
import { EXIT, type Command } from "../command.ts";
import { printJson, printLine } from "../output.ts";

export const version: Command = {
  name: "version",
  usage: "",
  summary: "Prints the version of Posthorn and of the Node that runs it",
  run({ json }) {
    const facts = { posthorn: VERSION, node: process.versions.node };
    if (json) printJson(facts);
    else printLine(`posthorn ${facts.posthorn} (node ${facts.node})`);
    return Promise.resolve(EXIT.done);
  },
};
