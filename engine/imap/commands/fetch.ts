/**
 * FETCH and UID FETCH: RFC 9051 §6.4.5, CHANGEDSINCE (RFC 7162 §3.1.4), VANISHED (§3.2.6),
 * PARTIAL (RFC 9394 §3.3).
 *
 * Messages are taken in batches (fetch/batch.ts).
 */
import { fetchArguments } from "../../../lib/codec/imap/fetch-syntax.ts";
import type { Uid } from "../../../lib/mail/ports.ts";
import { spansOf, toSpans } from "../../../lib/codec/imap/numset.ts";
import type { NumSet } from "../../../lib/codec/imap/numset.ts";
import { pageOf } from "../../../lib/codec/imap/page-syntax.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { command } from "../command.ts";
import type { Call } from "../command.ts";
import { fetchBatch } from "../fetch/batch.ts";
import { planFetch } from "../fetch/plan.ts";
import { BATCH } from "../limits.ts";
import { tellVanished } from "../resync.ts";
import { expungeIssued } from "../selected.ts";
import type { ImapSession } from "../state.ts";

export const fetch = command({
  states: ["selected"],
  holdsExpunges: true,
  parse: (d) => fetchArguments(d.sp()),
  async run({ set, items, modifiers }, call) {
    const { session, uid } = call;
    const { mailbox } = session;
    if (modifiers.vanished) checkVanished(call);
    const { changedSince, page } = modifiers;
    if (page !== null && !uid) throw new ImapSyntaxError("PARTIAL is for UID FETCH");
    const plan = planFetch(items, { uid: uid && !session.uidOnly, changedSince });
    if (plan.condstore) session.enable("CONDSTORE");
    const named = mailbox.resolve(set, uid);
    // RFC 9394 §3.4: the page first, then what has changed on it.
    const asked = page === null ? named : pageOf(mailbox.present(named), page);
    if (modifiers.vanished) await tellGone(session, set, changedSince ?? 0);
    const all = changedSince === null ? asked.length : 0;
    let gone = 0;
    for (let at = 0; at < asked.length; at += BATCH) {
      const batch = asked.slice(at, at + BATCH);
      const present = mailbox.present(batch);
      gone += batch.length - present.length;
      await fetchBatch({ session, plan, all }, since(session, present, changedSince));
    }
    if (gone > 0 && !uid) throw expungeIssued();
  },
});

/** RFC 7162 §3.2.6. */
function checkVanished({ session, uid }: Call): void {
  if (!uid) throw new ImapSyntaxError("VANISHED is for UID FETCH");
  if (!session.enabled.has("QRESYNC")) throw new ImapSyntaxError("VANISHED needs ENABLE QRESYNC");
}

/** Of the set asked for, in which "*" is the last uid given out: the last message may be gone. */
async function tellGone(session: ImapSession, set: NumSet, since: number): Promise<void> {
  const { mailbox } = session;
  const among = set === "$" ? spansOf(mailbox.saved) : toSpans(set, mailbox.folder.uidNext - 1);
  await tellVanished(session, { since, among, after: 0 });
}

/** Those that are still there, and changed since then when that is asked. */
function since(session: ImapSession, uids: readonly Uid[], modseq: number | null): Uid[] {
  const { mailbox } = session;
  const present = mailbox.present(uids);
  if (modseq === null) return present;
  const { open } = mailbox;
  return present.filter((uid) => open.modseqAt(open.rowOf(uid)) > modseq);
}
