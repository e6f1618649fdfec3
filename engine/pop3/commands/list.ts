/** LIST: RFC 1939 §5. Sizes are those of the stored bytes. */
import { parseOptionalNumber } from "../../../lib/codec/pop3/command.ts";
import { ok } from "../../../lib/codec/pop3/reply.ts";
import { command } from "../command.ts";
import type { Entry } from "../maildrop.ts";

export const list = command({
  verb: "LIST",
  states: ["transaction"],
  parse: parseOptionalNumber,
  async run(number, session) {
    const { maildrop, connection } = session;
    if (number !== null) return lineOf(maildrop.get(number));
    const { count, octets } = maildrop.stat();
    await connection.write(ok(`${count} messages (${octets} octets)`));
    await session.writeLines(maildrop.lines(lineOf));
    return null;
  },
});

function lineOf({ number, size }: Entry): string {
  return `${number} ${size}`;
}
