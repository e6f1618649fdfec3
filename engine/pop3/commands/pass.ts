/** PASS: RFC 1939 §7. After a refusal the client starts again with USER. */
import { parseText } from "../../../lib/codec/pop3/command.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { plaintextAllowed } from "../../sasl/mechanisms.ts";
import { command } from "../command.ts";

export const pass = command({
  verb: "PASS",
  states: ["authorization"],
  parse: parseText,
  async run(password, session) {
    const { connection, ctx, user: address } = session;
    session.user = null;
    if (!plaintextAllowed(connection, ctx.settings))
      throw new MailError("encryptionNeeded", "Use TLS before signing in");
    if (address === null) throw new MailError("wrongState", "USER comes first");
    const { remoteAddress, id: sessionId } = connection;
    const origin = { protocol: "pop3", remoteAddress, sessionId, mechanism: "USER" } as const;
    return session.enter(await ctx.auth.checkPassword({ ...origin, address, password }));
  },
});
