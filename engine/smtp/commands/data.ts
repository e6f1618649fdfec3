/** DATA: RFC 5321 §4.1.1.4. The message is heard to its real end whatever is wrong with it. */
import { ContentCheck } from "../../../lib/codec/smtp/content-check.ts";
import { parseNothing } from "../../../lib/codec/smtp/command.ts";
import { DotReader } from "../../../lib/codec/smtp/dot-stream.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { command } from "../command.ts";
import { DATA_READ_BYTES } from "../limits.ts";
import { finishMessage, newSpool, receiving } from "../receive.ts";
import type { SmtpSession } from "../state.ts";
import type { Spool } from "../spool.ts";

export const data = command({
  verb: "DATA",
  states: ["recipients"],
  refusal: "message.refused",
  refusalEnds: true,
  parse: parseNothing,
  async run(_, session) {
    await session.connection.write("354 Go ahead, end with a dot on a line of its own\r\n");
    const spool = newSpool(session);
    try {
      const check = await receiving(session, () => readDotted(session, spool));
      return await finishMessage(session, { spool, check });
    } finally {
      await spool.dispose();
    }
  },
});

async function readDotted(session: SmtpSession, spool: Spool): Promise<ContentCheck> {
  const { connection } = session;
  const reader = new DotReader();
  const check = new ContentCheck();
  let failure: unknown;
  for (let end = -1; end < 0;) {
    const chunk = await connection.read(DATA_READ_BYTES);
    const read = reader.push(chunk);
    end = read.end;
    for (const piece of read.text) check.push(piece);
    if (end >= 0) connection.unread(chunk.subarray(end));
    // A full disk is told after the end, in step with the client.
    if (failure === undefined)
      await spool.write(read.text).catch((error: unknown) => (failure = error));
  }
  if (failure !== undefined)
    throw new MailError("unavailable", "Cannot store now", { cause: failure });
  check.bareLineEnd ||= reader.bareLineEnd;
  return check;
}
