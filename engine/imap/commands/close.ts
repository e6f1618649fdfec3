/** CLOSE: RFC 9051 §6.4.1. Removes what is \Deleted without saying which, unless read-only. */
import { DELETED } from "../../../lib/mail/flags.ts";
import { hasRights } from "../../../lib/mail/rights.ts";
import { command, nothing } from "../command.ts";
import { flaggedUids } from "../selected.ts";

export const close = command({
  states: ["selected"],
  parse: nothing,
  async run(_, { session }) {
    const { open, readOnly, rights } = session.mailbox;
    // RFC 4314 §4: who may not expunge may close all the same.
    const expunges = !readOnly && hasRights(rights, "e");
    const uids = expunges ? flaggedUids(open, DELETED) : [];
    if (uids.length > 0) await session.context.store.expunge(open.folder.id, uids);
    session.unselect();
  },
});
