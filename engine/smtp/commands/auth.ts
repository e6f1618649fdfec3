/** AUTH: RFC 4954. Not on port 25; once per session; not within a transaction (§4). */
import { parseAuth } from "../../../lib/codec/smtp/command.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { MAX_RESPONSE, run as authenticate } from "../../sasl/mechanisms.ts";
import { answer, command } from "../command.ts";
import type { SmtpSession } from "../state.ts";

export const auth = command({
  verb: "AUTH",
  roles: ["submission", "submissions"],
  states: ["ready"],
  parse: parseAuth,
  async run({ mechanism, initialResponse }, session) {
    const { ctx, connection } = session;
    if (!session.extended) throw new MailError("wrongState", "Say EHLO first");
    if (session.account) throw new MailError("wrongState", "You are signed in already");
    const exchange = async (challenge: string) => {
      await connection.write(`334 ${challenge}\r\n`);
      return connection.readLine(MAX_RESPONSE);
    };
    const context = { auth: ctx.auth, settings: ctx.settings, protocol: "smtp" as const };
    const account = await authenticate(mechanism, initialResponse, exchange, connection, context);
    signIn(session, account);
    return answer(235, "2.7.0", "Authentication successful");
  },
});

/** From now on the console can end this session. */
function signIn(session: SmtpSession, account: NonNullable<SmtpSession["account"]>): void {
  const { ctx, connection } = session;
  session.account = account;
  connection.authenticated();
  session.onClose = ctx.sessions.add({
    id: connection.id,
    mailboxId: account.mailboxId,
    appPassword: account.appPassword,
    protocol: "smtp",
    remoteAddress: connection.remoteAddress,
    end: (reason) => connection.interrupt(new MailError("shuttingDown", reason)),
  });
}
