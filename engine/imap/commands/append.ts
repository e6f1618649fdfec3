/**
 * APPEND: RFC 9051 §6.3.12, MULTIAPPEND (RFC 3502), CATENATE (RFC 4469), UIDPLUS (RFC 4315), APPENDLIMIT
 * (RFC 7889). One command is one transaction: all its messages or none. How they are read: incoming.ts.
 */
import { formatNumSet } from "../../../lib/codec/imap/numset.ts";
import { flagScope } from "../../../lib/mail/rights.ts";
import { maySelect } from "../access.ts";
import { command } from "../command.ts";
import { firstRun, folderWithRoom, withMessages } from "../incoming.ts";

export const append = command({
  states: ["authenticated", "selected"],
  parse: (d) => ({ name: d.sp().mailbox(), first: firstRun(d.sp(), { several: true }) }),
  async run({ name, first }, call) {
    const { session } = call;
    const { store } = session.context;
    const { folder, room } = await folderWithRoom(call, name);
    const keeps = flagScope(folder.rights);
    const stored = await withMessages({ call, first, room, several: true, keeps }, (messages) =>
      store.append(folder, messages),
    );
    // RFC 9051 §6.3.12: who appends to the mailbox he stands in is told at once: its view knows already.
    session.brought(folder, stored.uids);
    if (!maySelect(folder)) return {};
    return { code: `APPENDUID ${stored.uidValidity} ${formatNumSet(stored.uids)}` };
  },
});
