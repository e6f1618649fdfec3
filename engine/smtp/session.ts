/**
 * One SMTP connection from greeting to close: RFC 5321 §3.1 and §3.8, PIPELINING (RFC 2920).
 *
 * A pipelining peer gets its replies in order and in as few packets as they fit. A peer that speaks
 * before our greeting is refused with 554: §3.1 has it wait, and PIPELINING begins after EHLO. Who does
 * not is a robot, or speaks another protocol.
 */
import { formatReply } from "../../lib/codec/smtp/reply.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { EngineContext } from "../context.ts";
import { ConnectionClosed, type ConnectionHandler } from "../net/types.ts";
import { step, toReply } from "./dispatch.ts";
import { COMMAND_IDLE_MS } from "./limits.ts";
import { SmtpSession, type Role } from "./state.ts";
import { recordRefusal } from "./trace.ts";

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
  if (connection.buffered > 0) return turnAway(session);
  await connection.write(`220 ${ctx.settings.mailHostname} ESMTP\r\n`);
  connection.cork();
  while (!session.closing) await step(session);
  await connection.end();
}

async function turnAway(session: SmtpSession): Promise<void> {
  const error = new MailError("spokeTooEarly", "You spoke before we did");
  recordRefusal(session, "session.refused", { error, rest: "" });
  await session.connection.write(formatReply(toReply(error)));
  await session.connection.end();
}
