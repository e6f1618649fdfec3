/** EXPUNGE and UID EXPUNGE: RFC 9051 §6.4.3 and §6.4.9. What went is told as news, as to everybody else. */
import { DELETED } from "../../../lib/mail/flags.ts";
import { command, nothing } from "../command.ts";
import { flaggedUids } from "../selected.ts";
import type { Completion } from "../command.ts";
import type { ImapSession } from "../state.ts";

export const expunge = command({
  states: ["selected"],
  writes: true,
  removes: true,
  parse: nothing,
  run: (_, { session }) => expungeUids(session, flaggedUids(session.mailbox.open, DELETED)),
});

export const uidExpunge = command({
  states: ["selected"],
  writes: true,
  removes: true,
  parse: (d) => d.sp().numSet(),
  run: (set, { session }) => expungeUids(session, session.mailbox.resolve(set, true)),
});

async function expungeUids(session: ImapSession, uids: readonly number[]) {
  const { open } = session.mailbox;
  session.demandHere("e");
  if (uids.length === 0) return;
  const gone = await session.context.store.expunge(open.folder.id, uids);
  if (gone.length > 0) return withModseq(session);
}

/** For who has removed messages from the selected mailbox: RFC 7162 §3.2.7, §3.2.9, RFC 6851 §4.4. */
export function withModseq({ mailbox, enabled }: ImapSession): Completion {
  if (!enabled.has("CONDSTORE")) return {};
  return { code: `HIGHESTMODSEQ ${mailbox.folder.highestModseq}` };
}
