/**
 * One POP3 connection from greeting to close: RFC 1939 §3.
 *
 * Nothing is deleted unless the client says QUIT (§6): a lost connection, an idle one (§3: closed without
 * a word) and a session ended by us leave the maildrop as it was. APOP is not offered: it needs the
 * password in clear on our side.
 */
import { err, ok } from "../../lib/codec/pop3/reply.ts";
import { asMailError } from "../../lib/mail/errors.ts";
import type { EngineContext } from "../context.ts";
import { logRefusal } from "../log-refusal.ts";
import { ConnectionClosed, type ConnectionHandler } from "../net/types.ts";
import { dispatch } from "./dispatch.ts";
import { AUTHORIZATION_IDLE_MS, COMMAND_BYTES, MAX_ERRORS } from "./limits.ts";
import { Pop3Session } from "./state.ts";

export function pop3Handler(ctx: EngineContext): ConnectionHandler {
  return async (connection) => {
    const session = new Pop3Session(ctx, connection);
    try {
      connection.setIdleTimeout(AUTHORIZATION_IDLE_MS);
      await connection.write(ok(`${ctx.settings.mailHostname} POP3 ready`));
      connection.cork();
      while (!session.closing) await step(session);
      await connection.end();
    } catch (error) {
      if (!(error instanceof ConnectionClosed)) throw error;
    } finally {
      session.onClose();
    }
  };
}

/** One command; the one place where an error becomes a reply. */
async function step(session: Pop3Session): Promise<void> {
  const { connection, log } = session;
  try {
    await dispatch(await connection.readLine(COMMAND_BYTES), session);
  } catch (thrown) {
    if (thrown instanceof ConnectionClosed) throw thrown;
    const error = asMailError(thrown);
    logRefusal(log, error);
    if (error.kind === "shuttingDown" || error.kind === "timeout") session.closing = true;
    if (error.kind === "timeout") return;
    if (!error.temporary || error.kind === "rateLimited") session.errors++;
    await connection.write(err(error.pop3, error.message));
    if (session.errors <= MAX_ERRORS) return;
    session.closing = true;
    await connection.write(err(null, "Too many errors"));
  }
}
