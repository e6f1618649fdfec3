/** CHECK: RFC 3501 §6.4.1. What is acknowledged is on disk already, so it is NOOP. */
import { command, nothing } from "../command.ts";

export const check = command({
  states: ["selected"],
  parse: nothing,
  async run(_, { session }) {
    await session.mailbox.open.refresh();
    session.notify?.watch?.lookNow();
  },
});
