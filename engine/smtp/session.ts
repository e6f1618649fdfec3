/**
 * One SMTP connection from greeting to close: RFC 5321 §3.1 and §3.8, PIPELINING (RFC 2920).
 *
 * A pipelining peer gets its replies in order and in as few packets as they fit. One that speaks before
 * our greeting (§3.1 has it wait) is served like others: to tell it apart we would have to keep everybody
 * waiting, and what it says too early it may say a moment later.
 */
import type { EngineContext } from "../context.ts";
import { ConnectionClosed, type ConnectionHandler } from "../net/types.ts";
import { step } from "./dispatch.ts";
import { COMMAND_IDLE_MS } from "./limits.ts";
import { SmtpSession, type Role } from "./state.ts";

export function smtpHandler(ctx: EngineContext, role: Role): ConnectionHandler {
  return async (connection) => {
    const session = new SmtpSession(ctx, connection, role);
    try {
      await converse(session);
    } catch (error) {
      if (!(error instanceof ConnectionClosed)) throw error;
    } finally {
      session.onClose();
      await session.reset();
    }
  };
}

async function converse(session: SmtpSession): Promise<void> {
  const { connection, ctx } = session;
  connection.setIdleTimeout(COMMAND_IDLE_MS);
  await connection.write(`220 ${ctx.settings.mailHostname} ESMTP\r\n`);
  connection.cork();
  while (!session.closing) await step(session);
  await connection.end();
}
