/** MAIL FROM: RFC 5321 §4.1.1.2. Starts a transaction, and the trace of a message. */
import { parseMail } from "../../../lib/codec/smtp/command.ts";
import { newId } from "../../../lib/mail/ids.ts";
import { answer, command } from "../command.ts";
import { acceptSender } from "../hooks/accept-sender.ts";

export const mail = command({
  verb: "MAIL",
  states: ["ready"],
  needsAuth: true,
  refusal: "sender.refused",
  parse: parseMail,
  async run(args, session) {
    await acceptSender(args, session);
    const { reversePath, size, body, smtputf8, requireTls, ret, envid } = args;
    session.transaction = {
      id: newId(session.ctx.clock.now().getTime()),
      reversePath: reversePath && { local: reversePath.local, domain: reversePath.domain },
      declaredSize: size,
      eightBit: body === "8BITMIME",
      ...{ smtputf8, requireTls, ret, envid },
      recipients: [],
      overflow: false,
      chunks: null,
    };
    return answer(250, "2.1.0", "Sender OK");
  },
});
