/** SELECT: RFC 9051 §6.3.2, CONDSTORE (RFC 7162 §3.1.8). */
import { command } from "../command.ts";
import { openMailbox, selectArguments } from "../open-mailbox.ts";

export const select = command({
  states: ["authenticated", "selected"],
  parse: selectArguments,
  run: (args, { session }) => openMailbox(session, { ...args, readOnly: false }),
});
