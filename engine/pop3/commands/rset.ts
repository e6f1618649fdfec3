/** RSET: RFC 1939 §5. */
import { parseNothing } from "../../../lib/codec/pop3/command.ts";
import { command } from "../command.ts";

export const rset = command({
  verb: "RSET",
  states: ["transaction"],
  parse: parseNothing,
  run(_, { maildrop }) {
    maildrop.reset();
    return `${maildrop.stat().count} messages`;
  },
});
