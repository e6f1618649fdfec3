/**
 * FETCH responses of some messages: structures of all of them are read with one query, \Seen is set with
 * one statement before octets leave. Memory is a batch of structures, with the octets of short messages,
 * and one chunk of a long one; the pace is the client's.
 */
import type { Piece } from "../../../lib/codec/imap/encoder.ts";
import type { FetchItem } from "../../../lib/codec/imap/types.ts";
import { SEEN } from "../../../lib/mail/flags.ts";
import type { BlobInfo, Uid } from "../../../lib/mail/ports.ts";
import { hasRights } from "../../../lib/mail/rights.ts";
import { inOrder } from "../ahead.ts";
import { tellKeywords } from "../flags.ts";
import { MAX_BROUGHT_ALONG } from "../limits.ts";
import type { ImapSession } from "../state.ts";
import { fetchResponse, responseAtOnce, viewResponse } from "./message.ts";
import type { Subject } from "./message.ts";
import { withFlags } from "./plan.ts";
import type { ItemOfView, Plan } from "./plan.ts";

export async function fetchBatch(asked: Asked, uids: readonly Uid[]): Promise<void> {
  const { session, plan } = asked;
  if (uids.length === 0) return;
  if (plan.ofView !== null) return respondFromView(asked, plan.ofView, uids);
  const seen = plan.marksSeen ? await markSeen(session, uids) : NOBODY;
  const blobs = await readBlobs(asked, uids);
  const batch = { session, plan, blobs, seen };
  if (plan.needsOctets && [...blobs.values()].some(({ octets }) => octets === undefined))
    await respondAhead(batch, uids);
  else await respondOneByOne(batch, uids);
}

async function respondFromView(
  asked: Asked,
  items: readonly ItemOfView[],
  uids: readonly Uid[],
): Promise<void> {
  const { session } = asked;
  const { out, mailbox } = session;
  for (const uid of uids) {
    const row = mailbox.open.rowOf(uid);
    if (row < 0) continue; // went while the client took what is full: told as news
    tellNewKeywords(asked, row);
    out.line(viewResponse(session, { uid, row }, items));
    if (out.full) await out.flush();
  }
}

interface Asked {
  readonly session: ImapSession;
  readonly plan: Plan;
  /** Messages that the whole command goes through. */
  readonly all?: number;
}

interface Batch extends Asked {
  readonly blobs: ReadonlyMap<Uid, BlobInfo>;
  /** Those that this FETCH has marked. */
  readonly seen: ReadonlySet<Uid>;
}

/** Everything is at hand: nothing waits but for the client to take what is full. */
async function respondOneByOne(batch: Batch, uids: readonly Uid[]): Promise<void> {
  const { out } = batch.session;
  for (const uid of uids) {
    const subject = subjectOf(batch, uid);
    if (subject === null) continue; // went while we were at it: told as news
    const pieces = responseAtOnce(batch.session, subject, itemsOf(batch, uid));
    if (pieces === null) {
      await sayLater(batch, await respondTo(batch, uid));
      continue;
    }
    tellNewKeywords(batch, subject.row);
    out.put(pieces);
    if (out.full) await out.flush();
  }
}

/** Octets are read: of the next ones while one is sent. */
async function respondAhead(batch: Batch, uids: readonly Uid[]): Promise<void> {
  for await (const response of inOrder(uids, (uid) => respondTo(batch, uid)))
    await sayLater(batch, response);
}

async function sayLater(batch: Batch, response: Response | null): Promise<void> {
  if (response === null) return; // went while we were at it
  const { mailbox, out } = batch.session;
  tellNewKeywords(batch, mailbox.open.rowOf(response.uid));
  await out.send(response.pieces);
}

function tellNewKeywords({ session, plan }: Asked, row: number): void {
  if (plan.tellsFlags && row >= 0) tellKeywords(session, session.mailbox.open.keywordsAt(row));
}

const NOBODY: ReadonlySet<Uid> = new Set();

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
  { session, plan, all }: Asked,
  uids: readonly Uid[],
): Promise<ReadonlyMap<Uid, BlobInfo>> {
  const { mailbox, context } = session;
  const present = mailbox.present(uids);
  const ids = present.map((uid) => mailbox.open.blobAt(mailbox.open.rowOf(uid)));
  const found = await context
    .blobsFor(all ?? uids.length)
    .getBlobs([...new Set(ids)], plan.needsOctets ? MAX_BROUGHT_ALONG : 0);
  const blobs = new Map(found.map((blob) => [blob.id, blob]));
  return new Map(
    present.flatMap((uid, index) => {
      const blob = blobs.get(ids[index] ?? 0);
      return blob === undefined ? [] : [[uid, blob] as const];
    }),
  );
}

/** Null when it is gone. */
function subjectOf({ session, blobs }: Batch, uid: Uid): Subject | null {
  const row = session.mailbox.open.rowOf(uid);
  const blob = blobs.get(uid);
  return row < 0 || blob === undefined ? null : { uid, row, blob };
}

function itemsOf({ session, plan, seen }: Batch, uid: Uid): readonly FetchItem[] {
  return seen.has(uid) ? withFlags(plan.items, session.enabled) : plan.items;
}

interface Response {
  readonly uid: Uid;
  readonly pieces: Piece[];
}

async function respondTo(batch: Batch, uid: Uid): Promise<Response | null> {
  const subject = subjectOf(batch, uid);
  if (subject === null) return null;
  return { uid, pieces: await fetchResponse(batch.session, subject, itemsOf(batch, uid)) };
}
