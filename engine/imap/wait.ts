/**
 * Waits for a line of the client, and tells news meanwhile: IDLE (RFC 9051 §6.3.13), and after NOTIFY
 * between commands too (RFC 5465 §3.1).
 */
import { KEEP_ALIVE_MS } from "./limits.ts";
import { hasNews, tellNews } from "./news.ts";
import { LostSync } from "./reader.ts";
import type { ImapSession } from "./state.ts";

interface Waiting {
  /** Removals may be told. */
  readonly expunges: boolean;
  /** Something is said now and then, even when there is nothing to say. */
  readonly keepAlive: boolean;
}

export async function lineAmidNews(
  session: ImapSession,
  { expunges, keepAlive }: Waiting,
): Promise<Buffer> {
  const said: { line?: Buffer } = {};
  const read = session.reader.line().then((line) => void (said.line = line));
  read.catch(() => {}); // looked at below; here it only must not count as unhandled
  for (;;) {
    const word = nextWord(session, keepAlive);
    try {
      // A change may have come while the last one was told: look before waiting.
      if (!hasNews(session, { expunges }) && !session.selected?.gone)
        await Promise.race([read, word.promise]);
    } finally {
      word.stop();
    }
    if (session.selected?.gone) throw new LostSync("The selected mailbox was deleted");
    if (word.stale()) session.out.status("OK", "Still here");
    await tellNews(session, { expunges });
    await session.out.flush();
    if (said.line !== undefined) return said.line;
  }
}

/** Resolves at the next change, or when nothing was said for long. */
function nextWord(session: ImapSession, keepAlive: boolean) {
  const { promise, resolve } = Promise.withResolvers<void>();
  let silent = false;
  const fallSilent = () => {
    silent = true;
    resolve();
  };
  const timer = keepAlive ? setTimeout(fallSilent, KEEP_ALIVE_MS) : undefined;
  session.wake = resolve;
  const stop = () => {
    clearTimeout(timer);
    session.wake = () => {};
  };
  return { promise, stop, stale: () => silent };
}
