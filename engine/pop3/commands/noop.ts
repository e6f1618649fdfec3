/** NOOP: RFC 1939 §5. */
import { parseNothing } from "../../../lib/codec/pop3/command.ts";
import { command } from "../command.ts";

export const noop = command({
  verb: "NOOP",
  states: ["transaction"],
  parse: parseNothing,
  run: () => "",
});
