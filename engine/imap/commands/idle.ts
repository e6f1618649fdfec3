/**
 * IDLE: RFC 9051 §6.3.13, RFC 2177. News of anybody, told as it comes, until DONE.
 *
 * Allowed without a mailbox too: then there is nothing to tell. The idle time of the connection runs
 * (§5.4): clients start anew within 29 minutes.
 */
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { command, nothing } from "../command.ts";
import { KEEP_ALIVE_MS } from "../limits.ts";
import { tellNews } from "../news.ts";
import { LostSync } from "../reader.ts";
import type { ImapSession } from "../state.ts";

export const idle = command({
  states: ["authenticated", "selected"],
  parse: nothing,
  async run(_, { session }) {
    session.out.line("+ idling");
    await session.out.flush();
    const done = await idleUntilLine(session);
    if (done.toString("latin1").toUpperCase() !== "DONE")
      throw new ImapSyntaxError("Expected DONE");
  },
});

async function idleUntilLine(session: ImapSession): Promise<Buffer> {
  const { selected, out } = session;
  const said: { line?: Buffer } = {};
  const read = session.reader.line().then((line) => void (said.line = line));
  read.catch(() => {}); // looked at below; here it only must not count as unhandled
  for (;;) {
    const word = nextWord(session);
    try {
      // A change may have come while the last one was told: look before waiting.
      if (!selected?.hasNews && !selected?.gone) await Promise.race([read, word.promise]);
    } finally {
      word.stop();
    }
    if (selected?.gone) throw new LostSync("The selected mailbox was deleted");
    if (word.stale()) out.status("OK", "Still here");
    await tellNews(session, { expunges: true });
    await out.flush();
    if (said.line !== undefined) return said.line;
  }
}

/** Resolves at the next change, or when nothing was said for long. */
function nextWord({ selected }: ImapSession) {
  const { promise, resolve } = Promise.withResolvers<void>();
  let silent = false;
  const timer = setTimeout(() => {
    silent = true;
    resolve();
  }, KEEP_ALIVE_MS);
  if (selected !== null) selected.wake = resolve;
  const stop = () => {
    clearTimeout(timer);
    if (selected !== null) selected.wake = () => {};
  };
  return { promise, stop, stale: () => silent };
}
