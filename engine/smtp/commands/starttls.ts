/** STARTTLS: RFC 3207. What was said and received in clear counts for nothing afterwards (§4.2, §5). */
import { parseNothing } from "../../../lib/codec/smtp/command.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { command } from "../command.ts";

export const starttls = command({
  verb: "STARTTLS",
  states: ["new", "ready"],
  parse: parseNothing,
  async run(_, session) {
    const { connection } = session;
    if (connection.tls) throw new MailError("wrongState", "TLS is on already");
    if (!connection.canStartTls) throw new MailError("notImplemented", "Command not implemented");
    await session.forget();
    await connection.write("220 2.0.0 Ready to start TLS\r\n");
    await connection.startTls();
    connection.cork();
    return null;
  },
});
