/** SELECT: RFC 9051 §6.3.2, CONDSTORE (RFC 7162 §3.1.8). */
import { selectArguments } from "../../../lib/codec/imap/select-syntax.ts";
import { command } from "../command.ts";
import { openMailbox } from "../open-mailbox.ts";

export const select = command({
  states: ["authenticated", "selected"],
  parse: (d) => selectArguments(d.sp()),
  run: (args, { session }) => openMailbox(session, { ...args, examined: false }),
});
