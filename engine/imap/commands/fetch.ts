/**
 * FETCH and UID FETCH: RFC 9051 §6.4.5, CHANGEDSINCE (RFC 7162 §3.1.4), VANISHED (§3.2.6),
 * PARTIAL (RFC 9394 §3.3).
 *
 * Messages are taken in batches: structures of a batch are read with one query, \Seen of a batch is set
 * with one statement before its octets leave. Memory is a batch of structures and one chunk of octets;
 * the pace is the client's.
 */
import { fetchArguments } from "../../../lib/codec/imap/fetch-syntax.ts";
import { SEEN } from "../../../lib/mail/flags.ts";
import type { Piece } from "../../../lib/codec/imap/encoder.ts";
import type { BlobInfo, Uid } from "../../../lib/mail/ports.ts";
import { spansOf, toSpans } from "../../../lib/codec/imap/numset.ts";
import type { NumSet } from "../../../lib/codec/imap/numset.ts";
import { pageOf } from "../../../lib/codec/imap/page-syntax.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { inOrder } from "../ahead.ts";
import { command } from "../command.ts";
import type { Call } from "../command.ts";
import { fetchResponse } from "../fetch/message.ts";
import { planFetch, withFlags } from "../fetch/plan.ts";
import type { Plan } from "../fetch/plan.ts";
import { BATCH } from "../limits.ts";
import { tellKeywords } from "../news.ts";
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
    const asked = page === null ? named : pageOf(since(session, named, changedSince), page);
    if (modifiers.vanished) await tellGone(session, set, changedSince ?? 0);
    let gone = 0;
    for (let at = 0; at < asked.length; at += BATCH) {
      const batch = asked.slice(at, at + BATCH);
      const present = mailbox.present(batch);
      gone += batch.length - present.length;
      await fetchBatch(session, plan, since(session, present, changedSince));
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

async function fetchBatch(session: ImapSession, plan: Plan, uids: readonly Uid[]): Promise<void> {
  if (uids.length === 0) return;
  const seen = plan.marksSeen ? await markSeen(session, uids) : NOBODY;
  const blobs = plan.needsBlob ? await readBlobs(session, uids) : NO_BLOBS;
  const { mailbox, out } = session;
  const respond = (uid: Uid) => respondTo(session, plan, { uid, blobs, marked: seen.has(uid) });
  for await (const response of inOrder(uids, respond)) {
    if (response === null) continue; // went while we were at it: told as news
    const row = mailbox.open.rowOf(response.uid);
    if (plan.tellsFlags && row >= 0) tellKeywords(session, mailbox.open.keywordsAt(row));
    await out.send(response.pieces);
  }
}

const NOBODY: ReadonlySet<Uid> = new Set();
const NO_BLOBS: ReadonlyMap<Uid, BlobInfo> = new Map();

/** Not after EXAMINE. Answers whose flag changed. */
async function markSeen(session: ImapSession, uids: readonly Uid[]): Promise<ReadonlySet<Uid>> {
  const { open, readOnly, tracker } = session.mailbox;
  if (readOnly) return NOBODY;
  const unseen = uids.filter((uid) => (open.flagsAt(open.rowOf(uid)) & SEEN) === 0);
  if (unseen.length === 0) return NOBODY;
  const edit = { action: "add", bits: SEEN, keywords: [] } as const;
  const { changed, modseq } = await session.context.store.setFlags(open.folder.id, unseen, edit);
  tracker.known(changed, modseq);
  return new Set(changed);
}

/** By uid; messages that went meanwhile are missing. */
async function readBlobs(
  session: ImapSession,
  uids: readonly Uid[],
): Promise<ReadonlyMap<Uid, BlobInfo>> {
  const { mailbox, context } = session;
  const present = mailbox.present(uids);
  const ids = present.map((uid) => mailbox.open.blobAt(mailbox.open.rowOf(uid)));
  const blobs = new Map((await context.store.getBlobs([...new Set(ids)])).map((b) => [b.id, b]));
  return new Map(
    present.flatMap((uid, index) => {
      const blob = blobs.get(ids[index] ?? 0);
      return blob === undefined ? [] : [[uid, blob] as const];
    }),
  );
}

async function respondTo(
  session: ImapSession,
  plan: Plan,
  { uid, blobs, marked }: { uid: Uid; blobs: ReadonlyMap<Uid, BlobInfo>; marked: boolean },
): Promise<{ uid: Uid; pieces: Piece[] } | null> {
  const { mailbox, enabled } = session;
  const row = mailbox.open.rowOf(uid);
  const blob = blobs.get(uid) ?? null;
  if (row < 0 || (plan.needsBlob && blob === null)) return null;
  const items = marked ? withFlags(plan.items, enabled) : plan.items;
  const message = mailbox.open.messageAt(row);
  const subject = { seq: mailbox.tracker.seqOf(uid), row, message, blob };
  return { uid, pieces: await fetchResponse(session, subject, items) };
}
