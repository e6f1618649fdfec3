/**
 * NOTIFY: RFC 5465. From now on the client is told what it asked for at any time, also between commands
 * (../wait.ts); and nothing else.
 *
 * Refused: events that we cannot tell of (BADEVENT), choices without end (NOTIFICATIONOVERFLOW).
 */
import { notifyArguments } from "../../../lib/codec/imap/notify-syntax.ts";
import type { EventGroup } from "../../../lib/codec/imap/notify-syntax.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { command } from "../command.ts";
import { planFetch } from "../fetch/plan.ts";
import { MAX_EVENT_GROUPS, MAX_WATCHED_NAMES } from "../limits.ts";
import { Notify } from "../notify/notify.ts";
import { Wishes } from "../notify/wishes.ts";

export const notify = command({
  states: ["authenticated", "selected"],
  parse: (d) => notifyArguments(d.sp()),
  async run({ status, groups, unknown }, { session }) {
    if (unknown) throw new MailError("badEvent", "Some of these events are not told here");
    if (groups === null) return session.useNotify(Notify.none());
    checkSize(groups);
    const wishes = new Wishes(groups);
    const { condstore } = planFetch(wishes.selected.items, { uid: false, changedSince: null });
    const started = await Notify.start(session, wishes);
    if (condstore) session.enable("CONDSTORE");
    session.useNotify(started);
    await started.watch?.tellStart({ status });
    await session.selected?.open.refresh(); // what has gathered is told at once: an implicit NOOP
  },
});

function checkSize(groups: readonly EventGroup[]): void {
  const names = groups.flatMap(({ filter }) => ("names" in filter ? filter.names : []));
  if (groups.length > MAX_EVENT_GROUPS || names.length > MAX_WATCHED_NAMES)
    throw new MailError("notificationOverflow", "That is too much to watch");
}
