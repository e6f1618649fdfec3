/**
 * MOVE and UID MOVE: RFC 9051 §6.4.8, RFC 6851. Each message moves or does not; many go in portions. When
 * one of these is refused, those before it have moved, and the client is told which.
 */
import type { CopyResult } from "../../../lib/mail/ports.ts";
import { portions } from "../../../lib/mail/portions.ts";
import { flagScope } from "../../../lib/mail/rights.ts";
import { demandTarget, maySelect } from "../access.ts";
import { command } from "../command.ts";
import { withProgress } from "../progress.ts";
import { copyUid, wanted } from "../selected.ts";
import { withModseq } from "./expunge.ts";

export const move = command({
  states: ["selected"],
  writes: true,
  removes: true,
  parse: (d) => ({ set: d.sp().numSet(), target: d.sp().mailbox() }),
  async run({ set, target }, { session, tag, uid }) {
    const { mailbox, context, out } = session;
    session.demandHere("te"); // RFC 6851: what it takes to delete them here
    const uids = wanted(mailbox, set, uid);
    const to = await demandTarget(session, target);
    const moved: CopyResult[] = [];
    try {
      await withProgress({ session, tag }, uids.length, async (progress) => {
        for (const some of portions(uids)) {
          const keeps = flagScope(to.rights);
          moved.push(await context.store.move(mailbox.folder.id, some, to, keeps));
          progress.reached(progress.done + some.length);
        }
      });
    } finally {
      const all = joined(moved);
      session.brought(to, all.to);
      // Before the EXPUNGEs, which follow as news: a client maps uids that it still knows.
      if (all.from.length > 0 && maySelect(to)) out.status("OK", "Moved", copyUid(all));
    }
    return moved.some(({ from }) => from.length > 0) ? withModseq(session) : {};
  },
});

function joined(results: readonly CopyResult[]): CopyResult {
  return {
    uidValidity: results[0]?.uidValidity ?? 0,
    from: results.flatMap(({ from }) => from),
    to: results.flatMap(({ to }) => to),
  };
}
