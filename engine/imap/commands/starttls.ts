/**
 * STARTTLS: RFC 9051 §6.2.1. Nothing that came in clear counts afterwards: the connection throws away
 * what was pipelined behind it (CVE-2011-0411).
 */
import { MailError } from "../../../lib/mail/errors.ts";
import { command, nothing } from "../command.ts";

export const startTls = command({
  states: ["stranger"],
  parse: nothing,
  async run(_, { session }) {
    if (!session.connection.canStartTls) throw new MailError("wrongState", "TLS is not available");
    return { text: "Begin TLS negotiation now", afterwards: () => session.connection.startTls() };
  },
});
