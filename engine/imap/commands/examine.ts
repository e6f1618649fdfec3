/** EXAMINE: RFC 9051 §6.3.3. SELECT that changes nothing, \Seen included. */
import { selectArguments } from "../../../lib/codec/imap/select-syntax.ts";
import { command } from "../command.ts";
import { openMailbox } from "../open-mailbox.ts";

export const examine = command({
  states: ["authenticated", "selected"],
  parse: (d) => selectArguments(d.sp()),
  run: (args, { session }) => openMailbox(session, { ...args, examined: true }),
});
