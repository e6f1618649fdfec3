/**
 * QRESYNC: RFC 7162 §3.2. What a client missed while it was away: VANISHED (EARLIER), then the flags
 * that changed.
 *
 * The log of removals is pruned. For a client that was away longer than it reaches back, every uid
 * that was given out and does not exist is told as removed (§3.2.5.2), down to the last message that
 * the client's match data shows to be in its place.
 *
 * Removals that the session still counts are not told here: EARLIER would not renumber (§3.2.10).
 */
import type { Remembered } from "../../lib/codec/imap/select-syntax.ts";
import { lastMatch } from "../../lib/codec/imap/select-syntax.ts";
import {
  formatSpans,
  gaps,
  intersect,
  spansContain,
  spansOf,
} from "../../lib/codec/imap/numset.ts";
import type { Span } from "../../lib/codec/imap/numset.ts";
import { tellFlags } from "./flags.ts";
import type { Selected } from "./selected.ts";
import type { ImapSession } from "./state.ts";

/** Ranges of one VANISHED: longer lines are a burden to clients with small buffers. */
const MAX_SPANS = 500;

/** After SELECT: everything since then, of the messages that the client knows. */
export async function tellMissed(session: ImapSession, since: Remembered): Promise<void> {
  const { mailbox } = session;
  const { open, tracker } = mailbox;
  if (since.uidValidity !== open.folder.uidValidity) return; // the client starts anew (§3.2.5.1)
  const known = since.uids ?? everGivenOut(mailbox);
  await tellVanished(session, {
    since: since.modseq,
    among: known,
    after: matched(mailbox, since),
  });
  for (let seq = 1; seq <= tracker.exists; seq++) {
    const uid = tracker.uidOf(seq);
    const row = open.rowOf(uid);
    if (row < 0 || open.modseqAt(row) <= since.modseq || !spansContain(known, uid)) continue;
    tellFlags(session, uid);
    if (session.out.full) await session.out.flush();
  }
}

function matched({ tracker }: Selected, { match }: Remembered): number {
  if (match === null) return 0;
  return lastMatch(match, (seq) => (seq <= tracker.exists ? tracker.uidOf(seq) : 0));
}

/** "*" of a set of uids that may have been removed: 1 … UIDNEXT - 1. */
export function everGivenOut({ folder }: Selected): readonly Span[] {
  return folder.uidNext > 1 ? [[1, folder.uidNext - 1]] : [];
}

export interface Missed {
  readonly since: number;
  readonly among: readonly Span[];
  /** Nothing was removed up to this uid. */
  readonly after: number;
}

export async function tellVanished(
  session: ImapSession,
  { since, among, after }: Missed,
): Promise<void> {
  const { mailbox, context, out } = session;
  const logged = await context.store.expungedSince(mailbox.folder.id, since);
  const gone =
    logged === null
      ? missing(mailbox, after)
      : spansOf(logged.filter((uid) => !here(mailbox, uid)));
  const spans = intersect(gone, among);
  for (let at = 0; at < spans.length; at += MAX_SPANS)
    out.line(`* VANISHED (EARLIER) ${formatSpans(spans.slice(at, at + MAX_SPANS))}`);
}

/** Exists, or the session still counts it. */
function here({ open, tracker }: Selected, uid: number): boolean {
  return open.rowOf(uid) >= 0 || tracker.seqOf(uid) > 0;
}

/** All that was given out after a uid and is not here. */
function missing({ open, tracker, folder }: Selected, after: number): Span[] {
  const counted = new Uint32Array([...open.uids(), ...tracker.untold]).sort();
  return intersect(gaps(counted, folder.uidNext - 1), [[after + 1, folder.uidNext]]);
}
