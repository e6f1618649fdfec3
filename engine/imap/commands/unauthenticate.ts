/**
 * UNAUTHENTICATE: RFC 8437. Back to where a connection begins: nobody is signed in, nothing is selected
 * or enabled, and the bounds of strangers hold. TLS and compression stay.
 */
import { capabilities } from "../capabilities.ts";
import { command, nothing } from "../command.ts";

export const unauthenticate = command({
  states: ["authenticated", "selected"],
  parse: nothing,
  async run(_, { session }) {
    session.signedOut();
    return { code: `CAPABILITY ${capabilities(session).join(" ")}`, text: "Signed out" };
  },
});
