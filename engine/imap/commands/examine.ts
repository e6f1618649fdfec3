/** EXAMINE: RFC 9051 §6.3.3. SELECT that changes nothing, \Seen included. */
import { command } from "../command.ts";
import { openMailbox, selectArguments } from "../open-mailbox.ts";

export const examine = command({
  states: ["authenticated", "selected"],
  parse: selectArguments,
  run: (args, { session }) => openMailbox(session, { ...args, readOnly: true }),
});
