/**
 * AUTHENTICATE: RFC 9051 §6.2.2, SASL-IR (RFC 4959). Mechanisms and the decision are engine/sasl.
 *
 * Responses are lines of base64, read without any word of ours in between; "*" cancels.
 */
import { consistsOf, NAME_CHAR } from "../../../lib/codec/imap/chars.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { run as runMechanism } from "../../sasl/mechanisms.ts";
import { capabilities } from "../capabilities.ts";
import { command } from "../command.ts";

export const authenticate = command({
  states: ["stranger"],
  parse(d) {
    const mechanism = d.sp().atom();
    if (mechanism.length > 20 || !consistsOf(mechanism.replaceAll("_", "-"), NAME_CHAR))
      throw new ImapSyntaxError("Bad mechanism name");
    return { mechanism, initial: d.trySp() ? d.base64() : null };
  },
  async run({ mechanism, initial }, { session }) {
    const { connection, context, out, reader } = session;
    const exchange = async (challenge: string) => {
      out.line(`+ ${challenge}`);
      await out.flush();
      return reader.line();
    };
    const account = await runMechanism(mechanism, initial, exchange, connection, {
      ...context,
      protocol: "imap",
    });
    session.signedIn(account);
    return { code: `CAPABILITY ${capabilities(session).join(" ")}`, text: "Signed in" };
  },
});
