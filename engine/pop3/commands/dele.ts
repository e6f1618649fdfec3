/** DELE: RFC 1939 §5. Marks only; QUIT removes. */
import { parseNumber } from "../../../lib/codec/pop3/command.ts";
import { command } from "../command.ts";

export const dele = command({
  verb: "DELE",
  states: ["transaction"],
  parse: parseNumber,
  run(number, { maildrop }) {
    maildrop.delete(number);
    return `Message ${number} marked for deletion`;
  },
});
