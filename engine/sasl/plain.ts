/** PLAIN: RFC 4616. Acting as somebody else (authzid) is refused. */
import { MailError } from "../../lib/mail/errors.ts";
import { type Mechanism, utf8 } from "./conversation.ts";

export const plain: Mechanism = {
  name: "PLAIN",
  plaintext: true,
  binding: false,
  async run({ auth, origin, initial, ask }) {
    const [authzid, address, password, ...more] = utf8(initial ?? (await ask(""))).split("\0");
    if (!address || !password || more.length > 0)
      throw new MailError("syntax", "Malformed PLAIN response");
    const attempt = { ...origin, address, password, mechanism: "PLAIN" };
    if (authzid && authzid.toLowerCase() !== address.toLowerCase())
      return auth.failed(attempt, "asked to act as somebody else");
    return auth.checkPassword(attempt);
  },
};
