/** UNSELECT: RFC 9051 §6.4.2, RFC 3691. CLOSE without the expunge. */
import { command, nothing } from "../command.ts";

export const unselect = command({
  states: ["selected"],
  parse: nothing,
  async run(_, { session }) {
    session.unselect();
  },
});
