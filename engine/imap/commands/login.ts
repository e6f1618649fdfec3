/** LOGIN: RFC 9051 §6.2.3. Refused, unread by anybody, where a password may not travel. */
import { MailError } from "../../../lib/mail/errors.ts";
import { capabilities } from "../capabilities.ts";
import { command } from "../command.ts";

export const login = command({
  states: ["stranger"],
  utf8: true, // RFC 9051 §9 QUOTED-CHAR; a password need not be ASCII
  parse: (d) => ({ address: d.sp().astring(), password: d.sp().astring() }),
  async run({ address, password }, { session }) {
    if (!session.private)
      throw new MailError("encryptionNeeded", "Passwords are accepted only over TLS");
    const { connection, context } = session;
    const { remoteAddress, id: sessionId } = connection;
    const origin = { protocol: "imap", remoteAddress, sessionId } as const;
    const signIn = { ...origin, address, password, mechanism: "LOGIN" };
    session.signedIn(await context.auth.checkPassword(signIn));
    return { code: `CAPABILITY ${capabilities(session).join(" ")}`, text: "Signed in" };
  },
});
