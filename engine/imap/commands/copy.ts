/**
 * COPY and UID COPY: RFC 9051 §6.4.7. All or nothing, so it is one transaction, and bounded: whatever is
 * delivered meanwhile waits for it.
 */
import { MailError } from "../../../lib/mail/errors.ts";
import { flagScope } from "../../../lib/mail/rights.ts";
import { demandTarget, maySelect } from "../access.ts";
import { command } from "../command.ts";
import { MAX_COPIED } from "../limits.ts";
import { withProgress } from "../progress.ts";
import { copyUid, wanted } from "../selected.ts";

export const copy = command({
  states: ["selected"],
  parse: (d) => ({ set: d.sp().numSet(), target: d.sp().mailbox() }),
  async run({ set, target }, { session, tag, uid }) {
    const { mailbox, context } = session;
    const uids = wanted(mailbox, set, uid);
    if (uids.length > MAX_COPIED)
      throw new MailError("limit", `No more than ${MAX_COPIED} messages are copied at once`);
    const to = await demandTarget(session, target);
    if (uids.length === 0) return;
    // One transaction: how far it is, nobody can say before it is done.
    const copied = await withProgress({ session, tag }, null, () =>
      context.store.copy(mailbox.folder.id, uids, to, flagScope(to.rights)),
    );
    session.brought(to, copied.to);
    return copied.from.length > 0 && maySelect(to) ? { code: copyUid(copied) } : {};
  },
});
