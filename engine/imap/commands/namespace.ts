/** NAMESPACE: RFC 9051 §6.3.10, RFC 2342. Everything is the owner's own. */
import { command, nothing } from "../command.ts";

export const namespace = command({
  states: ["authenticated", "selected"],
  parse: nothing,
  async run(_, { session }) {
    session.out.line('* NAMESPACE (("" "/")) NIL NIL');
  },
});
