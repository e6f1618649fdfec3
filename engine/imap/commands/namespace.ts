/** NAMESPACE: RFC 9051 §6.3.10, RFC 2342. One's own, and what others share: RFC 4314. */
import { OTHER_USERS } from "../../../lib/mail/shared-names.ts";
import { command, nothing } from "../command.ts";

export const namespace = command({
  states: ["authenticated", "selected"],
  parse: nothing,
  async run(_, { session }) {
    session.out.line(`* NAMESPACE (("" "/")) (("${OTHER_USERS}/" "/")) NIL`);
  },
});
