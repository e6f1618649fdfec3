/** TOP: RFC 1939 §7. The rest of the message is not even read. */
import { parseTop } from "../../../lib/codec/pop3/command.ts";
import { topOf } from "../../../lib/codec/pop3/top.ts";
import { command } from "../command.ts";
import { sendMessage } from "../send-message.ts";

export const top = command({
  verb: "TOP",
  states: ["transaction"],
  parse: parseTop,
  async run({ number, lines }, session) {
    const { blobId } = session.maildrop.get(number);
    const bytes = session.ctx.store.readBlob(blobId);
    await sendMessage(session, "Top of message follows", topOf(bytes, lines));
    return null;
  },
});
