/** LOGOUT: RFC 9051 §6.1.3. */
import { command, nothing } from "../command.ts";

export const logout = command({
  states: "any",
  parse: nothing,
  async run(_, { session }) {
    session.unselect();
    session.out.status("BYE", "Goodbye");
    session.leaving = true;
  },
});
