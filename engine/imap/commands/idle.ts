/**
 * IDLE: RFC 9051 §6.3.13, RFC 2177. News of anybody, told as it comes, until DONE.
 *
 * Allowed without a mailbox too: then there is only what NOTIFY asked for. The idle time of the connection runs
 * (§5.4): clients start anew within 29 minutes.
 */
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { command, nothing } from "../command.ts";
import { lineAmidNews } from "../wait.ts";

export const idle = command({
  states: ["authenticated", "selected"],
  parse: nothing,
  async run(_, { session }) {
    session.out.line("+ idling");
    await session.out.flush();
    const done = await lineAmidNews(session, { expunges: true, keepAlive: true });
    if (done.toString("latin1").toUpperCase() === "DONE") return;
    await session.reader.skipRest({ lines: [done], literals: [] }); // what it announces is no command
    throw new ImapSyntaxError("Expected DONE");
  },
});
