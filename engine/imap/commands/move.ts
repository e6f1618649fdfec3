/** MOVE and UID MOVE: RFC 9051 §6.4.8, RFC 6851. */
import { flagScope } from "../../../lib/mail/rights.ts";
import { command } from "../command.ts";
import { withProgress } from "../progress.ts";
import { copyUid, wanted } from "../selected.ts";

export const move = command({
  states: ["selected"],
  writes: true,
  removes: true,
  parse: (d) => ({ set: d.sp().numSet(), target: d.sp().mailbox() }),
  async run({ set, target }, { session, tag, uid }) {
    const { mailbox, context, out } = session;
    session.demandHere("te"); // RFC 6851: what it takes to delete them here
    const uids = wanted(mailbox, set, uid);
    const to = await session.folder(target, { needs: "i", missing: "tryCreate" });
    if (uids.length === 0) return;
    const moved = await withProgress({ session, tag }, null, () =>
      context.store.move(mailbox.folder.id, uids, to, flagScope(to.rights)),
    );
    session.brought(to, moved.to);
    // Before the EXPUNGEs, which follow as news: a client maps uids that it still knows.
    if (moved.from.length > 0) out.status("OK", "Moved", copyUid(moved));
  },
});
