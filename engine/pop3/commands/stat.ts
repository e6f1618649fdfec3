/** STAT: RFC 1939 §5. Deleted messages do not count. */
import { parseNothing } from "../../../lib/codec/pop3/command.ts";
import { command } from "../command.ts";

export const stat = command({
  verb: "STAT",
  states: ["transaction"],
  parse: parseNothing,
  run(_, { maildrop }) {
    const { count, octets } = maildrop.stat();
    return `${count} ${octets}`;
  },
});
