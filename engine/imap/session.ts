/**
 * IMAP4rev1 and its extensions over one connection: RFC 3501, RFC 9051. Greeting, commands until
 * somebody has enough, goodbye.
 */
import { responseText } from "../../lib/codec/imap/encoder.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { EngineContext } from "../context.ts";
import { ConnectionClosed } from "../net/types.ts";
import type { ConnectionHandler } from "../net/types.ts";
import { capabilities } from "./capabilities.ts";
import { dispatch } from "./dispatch.ts";
import { LostSync } from "./reader.ts";
import { ImapSession } from "./state.ts";

export function imapHandler(context: EngineContext): ConnectionHandler {
  return async (connection) => {
    const session = new ImapSession(connection, context);
    try {
      session.out.status("OK", "Posthorn ready", `CAPABILITY ${capabilities(session).join(" ")}`);
      while (!session.leaving) await dispatch(session);
      await session.out.flush();
    } catch (error) {
      await goodbye(session, error);
    } finally {
      session.close();
    }
  };
}

/** BYE with the reason, when there is somebody to hear it: RFC 9051 §7.1.5. */
async function goodbye(session: ImapSession, error: unknown): Promise<void> {
  if (error instanceof ConnectionClosed) return;
  const expected = error instanceof LostSync || error instanceof MailError;
  if (!expected) session.log.error({ err: error }, "imap: session failed");
  const code = error instanceof MailError && error.imap[1] !== null ? `[${error.imap[1]}] ` : "";
  session.out.line(`* BYE ${code}${responseText(expected ? error.message : "Internal error")}`);
  await session.out.flush().catch(() => {}); // the peer may be gone by now: nothing more to do for it
}
