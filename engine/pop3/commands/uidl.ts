/** UIDL: RFC 1939 §7. */
import { parseOptionalNumber } from "../../../lib/codec/pop3/command.ts";
import { ok } from "../../../lib/codec/pop3/reply.ts";
import { command } from "../command.ts";
import type { Entry } from "../maildrop.ts";

export const uidl = command({
  verb: "UIDL",
  states: ["transaction"],
  parse: parseOptionalNumber,
  async run(number, session) {
    const { maildrop, connection } = session;
    const lineOf = (entry: Entry) => `${entry.number} ${maildrop.uniqueId(entry)}`;
    if (number !== null) return lineOf(maildrop.get(number));
    await connection.write(ok("Unique ids follow"));
    await session.writeLines(maildrop.lines(lineOf));
    return null;
  },
});
