/** CLOSE: RFC 9051 §6.4.1. Removes what is \Deleted without saying which, unless read-only. */
import { DELETED } from "../../../lib/mail/flags.ts";
import { command, nothing } from "../command.ts";
import { flaggedUids } from "../selected.ts";

export const close = command({
  states: ["selected"],
  parse: nothing,
  async run(_, { session }) {
    const { open, readOnly } = session.mailbox;
    const uids = readOnly ? [] : flaggedUids(open, DELETED);
    if (uids.length > 0) await session.context.store.expunge(open.folder.id, uids);
    session.unselect();
  },
});
