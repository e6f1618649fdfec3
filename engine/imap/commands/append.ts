/**
 * APPEND: RFC 9051 §6.3.12, MULTIAPPEND (RFC 3502), CATENATE (RFC 4469), UIDPLUS (RFC 4315), APPENDLIMIT
 * (RFC 7889). One command is one transaction: all its messages or none. How they are read: incoming.ts.
 */
import { formatNumSet } from "../../../lib/codec/imap/numset.ts";
import { flagScope } from "../../../lib/mail/rights.ts";
import { command } from "../command.ts";
import { firstRun, roomLeft, withMessages } from "../incoming.ts";

export const append = command({
  states: ["authenticated", "selected"],
  parse: (d) => ({ name: d.sp().mailbox(), first: firstRun(d.sp(), { several: true }) }),
  async run({ name, first }, call) {
    const { session } = call;
    const { store } = session.context;
    const folder = await session.folder(name, { needs: "i", missing: "tryCreate" });
    const room = await roomLeft(call, folder);
    const keeps = flagScope(folder.rights);
    const stored = await withMessages({ call, first, room, several: true, keeps }, (messages) =>
      store.append(folder, messages),
    );
    session.brought(folder, stored.uids);
    // RFC 9051 §6.3.12: who appends to the mailbox he stands in is told of the message at once.
    if (session.selected?.folder.id === folder.id) await session.selected.open.refresh();
    return { code: `APPENDUID ${stored.uidValidity} ${formatNumSet(stored.uids)}` };
  },
});
