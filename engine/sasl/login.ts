/** LOGIN: draft-murchison-sasl-login-00. Obsolete, but what Outlook speaks. */
import { MailError } from "../../lib/mail/errors.ts";
import { type Mechanism, utf8 } from "./conversation.ts";

export const login: Mechanism = {
  name: "LOGIN",
  plaintext: true,
  binding: false,
  async run({ auth, origin, initial, ask }) {
    // Some clients send the name with the command; the draft's challenges are matched by text.
    const address = utf8(initial ?? (await ask("Username:")));
    const password = utf8(await ask("Password:"));
    if (address === "" || password === "") throw new MailError("syntax", "Empty name or password");
    return auth.checkPassword({ ...origin, address, password, mechanism: "LOGIN" });
  },
};
