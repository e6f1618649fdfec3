/** RETR: RFC 1939 §5. The stored bytes, dot-stuffed, streamed. */
import { parseNumber } from "../../../lib/codec/pop3/command.ts";
import { command } from "../command.ts";
import { sendMessage } from "../send-message.ts";

export const retr = command({
  verb: "RETR",
  states: ["transaction"],
  parse: parseNumber,
  async run(number, session) {
    const { blobId, size } = session.maildrop.get(number);
    const bytes = session.ctx.store.readBlob(blobId);
    await sendMessage(session, `${size} octets`, bytes);
    session.maildrop.retrieved(number);
    return null;
  },
});
