/** STLS: RFC 2595 §4. What was said in clear is forgotten, what was sent ahead is never acted on. */
import { parseNothing } from "../../../lib/codec/pop3/command.ts";
import { ok } from "../../../lib/codec/pop3/reply.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { command } from "../command.ts";

export const stls = command({
  verb: "STLS",
  states: ["authorization"],
  parse: parseNothing,
  async run(_, session) {
    const { connection } = session;
    if (connection.tls) throw new MailError("wrongState", "TLS is already active");
    if (!connection.canStartTls) throw new MailError("notImplemented", "TLS is not available");
    await connection.write(ok("Begin TLS negotiation"));
    await connection.startTls();
    connection.cork();
    session.user = null;
    return null;
  },
});
