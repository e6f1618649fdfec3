/** USER: RFC 1939 §7. Everybody is welcome here: PASS decides, with one answer for all refusals. */
import { parseText } from "../../../lib/codec/pop3/command.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { plaintextAllowed } from "../../sasl/mechanisms.ts";
import { command } from "../command.ts";

export const user = command({
  verb: "USER",
  states: ["authorization"],
  parse: parseText,
  run(name, session) {
    if (!plaintextAllowed(session.connection, session.ctx.settings))
      throw new MailError("encryptionNeeded", "Use TLS before signing in");
    session.user = name.trim();
    return "Password please";
  },
});
