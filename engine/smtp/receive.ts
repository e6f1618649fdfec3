/** What DATA and BDAT share: time for a message to come in, what is looked at, and its acceptance. */
import { join } from "node:path";
import type { ContentCheck } from "../../lib/codec/smtp/content-check.ts";
import type { Reply } from "../../lib/codec/smtp/reply.ts";
import { MailError } from "../../lib/mail/errors.ts";
import { acceptMessage } from "./accept.ts";
import { answer } from "./command.ts";
import { COMMAND_IDLE_MS, DATA_IDLE_MS, DATA_TOTAL_MS } from "./limits.ts";
import type { SmtpSession } from "./state.ts";
import { Spool } from "./spool.ts";

export function newSpool({ ctx }: SmtpSession): Spool {
  const { dataFolder, limits } = ctx.settings;
  return new Spool(join(dataFolder, "spool", "tmp"), limits.maxMessageBytes);
}

/** Runs a read of message bytes within its time; a message that drips in for ever is cut off. */
export async function receiving<T>(session: SmtpSession, read: () => Promise<T>): Promise<T> {
  const { connection } = session;
  const timer = setTimeout(() => connection.destroy(), DATA_TOTAL_MS);
  connection.setIdleTimeout(DATA_IDLE_MS);
  try {
    return await read();
  } finally {
    clearTimeout(timer);
    connection.setIdleTimeout(COMMAND_IDLE_MS);
  }
}

interface Received {
  readonly spool: Spool;
  readonly check: ContentCheck;
}

export function checkContent({ spool, check }: Received): void {
  if (check.bareLineEnd) {
    throw new MailError("bareLineEnd", "The message has a CR or LF that is not part of CRLF");
  }
  if (check.nul) throw new MailError("badMessage", "The message has a NUL byte");
  if (spool.tooBig) throw new MailError("messageTooBig", "Message too big");
}

/** The message is whole: ours, or refused by a throw. */
export async function finishMessage(session: SmtpSession, received: Received): Promise<Reply> {
  checkContent(received);
  const { transaction } = session;
  if (!transaction) throw new MailError("wrongState", "MAIL comes first");
  const eightBit = transaction.eightBit || received.check.eightBit;
  await acceptMessage(received.spool, { ...transaction, eightBit }, session);
  await session.reset();
  return answer(250, "2.0.0", `queued as ${transaction.id}`);
}
