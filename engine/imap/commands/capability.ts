/** CAPABILITY: RFC 9051 §6.1.1. */
import { capabilities } from "../capabilities.ts";
import { command, nothing } from "../command.ts";

export const capability = command({
  states: "any",
  parse: nothing,
  async run(_, { session }) {
    session.out.line(`* CAPABILITY ${capabilities(session).join(" ")}`);
  },
});
