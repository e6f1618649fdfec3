/**
 * QUIT: RFC 1939 §4 and §6. After a sign-in it is the UPDATE state: "+OK" is said after the commit, and
 * the connection ends whether that succeeded or not.
 */
import { parseNothing } from "../../../lib/codec/pop3/command.ts";
import { command } from "../command.ts";

export const quit = command({
  verb: "QUIT",
  states: ["authorization", "transaction"],
  parse: parseNothing,
  async run(_, session) {
    session.closing = true;
    if (session.state === "transaction") await session.maildrop.update(session.ctx.store);
    return "Goodbye";
  },
});
