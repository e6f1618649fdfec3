/**
 * BDAT: RFC 3030 §2. Chunks of counted bytes, the last of them marked LAST.
 *
 * The bytes follow the command at once, so they are read away also when the answer is no: it may come at
 * any time and looks at the state itself. A refused chunk ends the transaction (§4.2 note: what comes
 * after it has no meaning any more). A chunk whose size cannot be read ends the connection.
 */
import { ContentCheck } from "../../../lib/codec/smtp/content-check.ts";
import { parseBdat, type BdatArguments } from "../../../lib/codec/smtp/command.ts";
import { SyntaxFault } from "../../../lib/codec/smtp/syntax.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { answer, command } from "../command.ts";
import { requireAuth } from "../hooks/require-auth.ts";
import { DATA_READ_BYTES, MAX_DISCARD_FACTOR } from "../limits.ts";
import { checkContent, finishMessage, newSpool, receiving } from "../receive.ts";
import type { SmtpSession, Transaction } from "../state.ts";

type Chunks = NonNullable<Transaction["chunks"]>;

export const bdat = command({
  verb: "BDAT",
  states: "any",
  refusal: "message.refused",
  refusalEnds: true,
  parse: (rest): BdatArguments | SyntaxFault => {
    try {
      return parseBdat(rest);
    } catch (error) {
      if (error instanceof SyntaxFault) return error;
      throw error;
    }
  },
  async run(args, session) {
    if (args instanceof SyntaxFault) {
      session.closing = true; // nobody knows where the next command starts
      throw args;
    }
    const chunks = await receiving(session, () => readChunk(args, session));
    if (args.last) return finishMessage(session, chunks);
    checkContent(chunks);
    return answer(250, "2.0.0", `${args.size} bytes received`);
  },
});

async function readChunk({ size, last }: BdatArguments, session: SmtpSession): Promise<Chunks> {
  const problem = wrongTime(session) ?? tooMuch(size, session);
  if (problem) {
    await discard(size, session);
    throw problem;
  }
  const chunks = open(session);
  let left = size;
  while (left > 0) {
    const bytes = await session.connection.read(Math.min(left, DATA_READ_BYTES));
    left -= bytes.length;
    chunks.check.push(bytes);
    await chunks.spool.write([bytes]).catch(async (cause: unknown) => {
      await discard(left, session);
      throw new MailError("unavailable", "Cannot store now", { cause });
    });
  }
  if (last) chunks.check.end();
  return chunks;
}

function open(session: SmtpSession): Chunks {
  const { transaction } = session;
  if (!transaction) throw new MailError("wrongState", "MAIL comes first");
  return (transaction.chunks ??= { spool: newSpool(session), check: new ContentCheck() });
}

function wrongTime(session: SmtpSession): MailError | null {
  try {
    requireAuth(session);
  } catch (error) {
    if (error instanceof MailError) return error;
    throw error;
  }
  const { state } = session;
  if (state === "recipients" || state === "chunks") return null;
  return new MailError("wrongState", "MAIL and RCPT come first");
}

/** RFC 3030 §2: the size is known before a byte of the chunk has come. */
function tooMuch(size: number, session: SmtpSession): MailError | null {
  const { maxMessageBytes } = session.ctx.settings.limits;
  if (size > maxMessageBytes * MAX_DISCARD_FACTOR) session.closing = true;
  const sum = (session.transaction?.chunks?.spool.size ?? 0) + size;
  return sum > maxMessageBytes ? new MailError("messageTooBig", "Message too big") : null;
}

async function discard(size: number, session: SmtpSession): Promise<void> {
  let left = session.closing ? 0 : size;
  while (left > 0) left -= (await session.connection.read(Math.min(left, DATA_READ_BYTES))).length;
}
