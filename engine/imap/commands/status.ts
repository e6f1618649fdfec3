/** STATUS: RFC 9051 §6.3.11. Counters are kept by the store: nothing is counted here. */
import { statusItems } from "../../../lib/codec/imap/list-syntax.ts";
import { command } from "../command.ts";
import { sayStatus } from "../status-items.ts";

export const status = command({
  states: ["authenticated", "selected"],
  parse: (d) => ({ name: d.sp().mailbox(), items: statusItems(d.sp()) }),
  async run({ name, items }, { session }) {
    await sayStatus(session, await session.folder(name, { needs: "r" }), items);
  },
});
