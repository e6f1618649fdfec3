/**
 * FETCH responses of some messages: structures of all of them are read with one query, \Seen is set with
 * one statement before octets leave. Memory is a batch of structures, with the octets of short messages,
 * and one chunk of a long one; the pace is the client's.
 */
import type { Piece } from "../../../lib/codec/imap/encoder.ts";
import { SEEN } from "../../../lib/mail/flags.ts";
import type { BlobInfo, Uid } from "../../../lib/mail/ports.ts";
import { hasRights } from "../../../lib/mail/rights.ts";
import { inOrder } from "../ahead.ts";
import { tellKeywords } from "../flags.ts";
import { MAX_BROUGHT_ALONG } from "../limits.ts";
import type { ImapSession } from "../state.ts";
import { fetchResponse, plainResponse } from "./message.ts";
import type { Subject } from "./message.ts";
import { withFlags } from "./plan.ts";
import type { Plan } from "./plan.ts";

export async function fetchBatch(
  session: ImapSession,
  plan: Plan,
  uids: readonly Uid[],
): Promise<void> {
  if (uids.length === 0) return;
  const seen = plan.marksSeen ? await markSeen(session, uids) : NOBODY;
  const blobs = plan.needsBlob ? await readBlobs(session, plan, uids) : NO_BLOBS;
  const { mailbox, out } = session;
  if (!plan.needsOctets) {
    respondAtOnce(session, plan, { uids, blobs });
    if (out.full) await out.flush();
    return;
  }
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
  const { open, readOnly, rights, tracker } = session.mailbox;
  if (readOnly || !hasRights(rights, "s")) return NOBODY; // RFC 4314 §4
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
  { needsOctets }: Plan,
  uids: readonly Uid[],
): Promise<ReadonlyMap<Uid, BlobInfo>> {
  const { mailbox, context } = session;
  const { store } = context;
  const present = mailbox.present(uids);
  const ids = present.map((uid) => mailbox.open.blobAt(mailbox.open.rowOf(uid)));
  const found = await store.getBlobs([...new Set(ids)], needsOctets ? MAX_BROUGHT_ALONG : 0);
  const blobs = new Map(found.map((blob) => [blob.id, blob]));
  return new Map(
    present.flatMap((uid, index) => {
      const blob = blobs.get(ids[index] ?? 0);
      return blob === undefined ? [] : [[uid, blob] as const];
    }),
  );
}

/** Nothing is read any more: no other session comes in between, and rows stay where they are. */
function respondAtOnce(
  session: ImapSession,
  plan: Plan,
  { uids, blobs }: { uids: readonly Uid[]; blobs: ReadonlyMap<Uid, BlobInfo> },
): void {
  for (const uid of uids) {
    const subject = subjectOf(session, plan, { uid, blobs });
    if (subject === null) continue;
    if (plan.tellsFlags) tellKeywords(session, session.mailbox.open.keywordsAt(subject.row));
    session.out.put(plainResponse(session, subject, plan.items));
  }
}

/** Null when it went while we were at it: told as news. */
function subjectOf(
  { mailbox: { open } }: ImapSession,
  { needsBlob }: Plan,
  { uid, blobs }: { uid: Uid; blobs: ReadonlyMap<Uid, BlobInfo> },
): Subject | null {
  const row = open.rowOf(uid);
  const blob = blobs.get(uid) ?? null;
  if (row < 0 || (needsBlob && blob === null)) return null;
  return { uid, row, blob, message: () => open.messageAt(row) };
}

async function respondTo(
  session: ImapSession,
  plan: Plan,
  { uid, blobs, marked }: { uid: Uid; blobs: ReadonlyMap<Uid, BlobInfo>; marked: boolean },
): Promise<{ uid: Uid; pieces: Piece[] } | null> {
  const subject = subjectOf(session, plan, { uid, blobs });
  if (subject === null) return null;
  const items = marked ? withFlags(plan.items, session.enabled) : plan.items;
  const message = subject.message(); // now: rows move while octets are read
  const fixed = { ...subject, message: () => message };
  return { uid, pieces: await fetchResponse(session, fixed, items) };
}
