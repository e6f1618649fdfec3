/** NOOP: RFC 9051 §6.1.2. Asks the database now, in case a notice of a change was lost. */
import { command, nothing } from "../command.ts";

export const noop = command({
  states: "any",
  parse: nothing,
  async run(_, { session }) {
    await session.selected?.open.refresh();
    session.notify?.watch?.lookNow();
  },
});
