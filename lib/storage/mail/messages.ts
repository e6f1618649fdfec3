/**
 * Messages change hands and flags: COPY, MOVE, STORE, EXPUNGE (RFC 9051 §6.4), in sets, each one
 * transaction. Uids that do not exist are passed over. Locks: folder-rows.ts.
 */
import type pg from "pg";
import { spansOf } from "../../codec/imap/numset.ts";
import { DELETED } from "../../mail/flags.ts";
import { MailError } from "../../mail/errors.ts";
import type { CopyResult, FlagEdit, Folder, FolderId, Uid } from "../../mail/ports.ts";
import { requireRoom, roomIn, type Usage } from "../../mail/quota.ts";
import { EVERY_FLAG } from "../../mail/rights.ts";
import type { FlagScope } from "../../mail/rights.ts";
import { inTransaction, statement, type Sql, type Value } from "../sql.ts";
import { lockFolders, lockMailbox, present } from "./folder-rows.ts";
import { foldLocked } from "./flag-log.ts";
import type { FlagRequest } from "./flag-plan.ts";
import type { FlaggedRow, FolderView } from "./folder-view.ts";
import { bitsOf, editFlags, joinKeywords } from "./keywords.ts";
import { Ledger, ledgerUpdates } from "./ledger.ts";

interface Row {
  readonly uid: Uid;
  readonly modseq: number;
  readonly flags: number;
  readonly keywords: readonly string[];
  readonly size: number;
}

/** The folders that a transaction changed, with their mailboxes. */
export type Touched = ReadonlyMap<FolderId, string>;

/** As of the last fold (flag-log.ts). */
export const selectRows = statement<Row>(
  "message.pick",
  `SELECT uid, modseq, flags, keywords, size FROM message
   WHERE folder_id = $1 AND uid = ANY($2) ORDER BY uid`,
);
export const selectAllRows = statement<Row>(
  "message.all",
  `SELECT uid, modseq, flags, keywords, size FROM message WHERE folder_id = $1 ORDER BY uid`,
);
const mailboxOf = statement<{ mailboxId: string }>(
  "folder.mailbox",
  `SELECT mailbox_id AS "mailboxId" FROM folder WHERE id = $1`,
);
const copyRows = statement(
  "message.copy",
  `INSERT INTO message (folder_id, uid, modseq, blob_id, flags, keywords, size, internal_date,
     save_date, email_id, thread_id)
   SELECT $2, c.target, $3, m.blob_id, c.flags, string_to_array(c.keywords, ' '), m.size,
     m.internal_date, now(), m.email_id, m.thread_id
   FROM unnest($4::bigint[], $5::bigint[], $6::int[], $7::text[]) AS c(source, target, flags, keywords)
   JOIN message m ON m.folder_id = $1 AND m.uid = c.source`,
);
const deleteRows = statement(
  "message.delete",
  `WITH gone AS (DELETE FROM message WHERE folder_id = $1 AND uid = ANY($2) RETURNING uid)
   INSERT INTO expunged (folder_id, uid, modseq) SELECT $1, uid, $3 FROM gone`,
);
/** What was changed, for views that have not seen it, and the counters. */
const NOTED = `INSERT INTO reflagged (folder_id, modseq, firsts, lasts, kept, given)
     VALUES ($1, $2, $3, $4, $5, $6)`;
const noteFlags = statement("message.note-flags", `WITH ${ledgerUpdates(7)} ${NOTED}`);
/** Keywords, too: the rows are to say everything. */
const updateFlags = statement(
  "message.flags",
  `WITH noted AS (${NOTED}), ${ledgerUpdates(7)}
   UPDATE message m SET modseq = $2, flags = c.flags, keywords = string_to_array(c.keywords, ' ')
   FROM unnest($16::bigint[], $17::int[], $18::text[]) AS c(uid, flags, keywords)
   WHERE m.folder_id = $1 AND m.uid = c.uid`,
);

/** A folder's view, if there is one: when it knows all, its rows are not read. */
type Known = Pick<FolderView, "rowsAsOf"> | null;

/** Those of the uids that exist, in a folder that is locked. */
export async function lockedRows(
  tx: Sql,
  folder: Folder,
  { uids, view = null }: { uids: readonly Uid[]; view?: Known | undefined },
): Promise<readonly Row[]> {
  const known = view?.rowsAsOf(folder, uids);
  if (known) return known;
  await foldLocked(tx, folder.id);
  return selectRows(tx, folder.id, uids);
}

export interface Transfer {
  readonly from: FolderId;
  readonly uids: readonly Uid[];
  readonly to: Folder;
  /** Flags that come along. */
  readonly keeps?: FlagScope | undefined;
  /** Of the folder that they come from. */
  readonly view?: Known | undefined;
}

/** Bytes are shared and counted again: a copy uses quota like any other message. */
export async function copyMessages(
  pool: pg.Pool,
  transfer: Transfer,
): Promise<{ result: CopyResult; touched: Touched }> {
  return inTransaction(pool, async (tx) => {
    const opened = await openTransfer(tx, transfer);
    refuseIfFull(opened);
    const result = await placeCopies(tx, { from: transfer.from, ...opened });
    await opened.ledger.write(tx);
    return { result, touched: opened.ledger.changed() };
  });
}

export async function moveMessages(
  pool: pg.Pool,
  transfer: Transfer,
): Promise<{ result: CopyResult; touched: Touched }> {
  return inTransaction(pool, async (tx) => {
    const opened = await openTransfer(tx, transfer);
    if (opened.fromElsewhere) refuseIfFull(opened); // within a mailbox a move needs no room
    const result = await moveRows(tx, { from: transfer.from, ...opened });
    return { result, touched: opened.ledger.changed() };
  });
}

/** Locks both mailboxes, which may be one, then both folders. */
async function openTransfer(tx: Sql, { from, uids, to, keeps = EVERY_FLAG, view }: Transfer) {
  const [source] = await mailboxOf(tx, from);
  if (source === undefined) throw new MailError("noSuchFolder", "No such folder");
  const ids = [...new Set([source.mailboxId, to.mailboxId])].sort();
  const locked = new Map<string, Usage>();
  for (const id of ids) locked.set(id, await lockMailbox(tx, id));
  const usage = locked.get(to.mailboxId);
  if (usage === undefined) throw new Error("The target's mailbox is one of those locked");
  const folders = await lockFolders(tx, [from, to.id]);
  const target = present(folders.get(to.id));
  const rows = await lockedRows(tx, present(folders.get(from)), { uids, view });
  const fromElsewhere = ids.length > 1;
  return { target, ledger: new Ledger(folders), rows, usage, keeps, fromElsewhere };
}

function refuseIfFull({ rows, usage }: Awaited<ReturnType<typeof openTransfer>>): void {
  const bytes = rows.reduce((sum, row) => sum + row.size, 0);
  requireRoom(roomIn(usage), { bytes, messages: rows.length });
}

interface OpenTransfer {
  readonly from: FolderId;
  readonly rows: readonly Row[];
  readonly target: Folder;
  readonly ledger: Ledger;
  readonly keeps?: FlagScope;
}

/** Also RENAME of INBOX (folders.ts). Writes the ledger. */
export async function moveRows(tx: Sql, transfer: OpenTransfer): Promise<CopyResult> {
  const { from, rows, ledger } = transfer;
  const result = await placeCopies(tx, transfer);
  await dropRows(tx, from, { rows, ledger });
  await ledger.write(tx);
  return result;
}

async function placeCopies(
  tx: Sql,
  { from, rows, target, ledger, keeps = EVERY_FLAG }: OpenTransfer,
): Promise<CopyResult> {
  const { uidValidity } = target;
  const source = rows.map((row) => row.uid);
  const to = rows.map(
    (row) => ledger.add(target.id, { ...row, flags: row.flags & keeps.bits }).uid,
  );
  if (rows.length > 0) {
    const modseq = ledger.modseq(target.id);
    const flags = rows.map((row) => row.flags & keeps.bits);
    const keywords = rows.map((row) => (keeps.keywords ? joinKeywords(row.keywords) : ""));
    await copyRows(tx, from, target.id, modseq, source, to, flags, keywords);
  }
  return { uidValidity, from: source, to };
}

export async function dropRows(
  tx: Sql,
  folder: FolderId,
  { rows, ledger }: { rows: readonly Row[]; ledger: Ledger },
): Promise<void> {
  if (rows.length === 0) return;
  for (const row of rows) ledger.remove(folder, row);
  const uids = rows.map((row) => row.uid);
  await deleteRows(tx, folder, uids, ledger.modseq(folder));
}

/** Removes those of `uids` that carry \Deleted, or all of them with `force`. */
export async function expungeMessages(
  pool: pg.Pool,
  folder: FolderId,
  { uids, force, view }: { uids: readonly Uid[]; force: boolean; view: Known },
): Promise<{ gone: Uid[]; touched: Touched }> {
  return inTransaction(pool, async (tx) => {
    const [owner] = await mailboxOf(tx, folder);
    if (owner === undefined) throw new MailError("noSuchFolder", "No such folder");
    await lockMailbox(tx, owner.mailboxId);
    const folders = await lockFolders(tx, [folder]);
    const ledger = new Ledger(folders);
    const locked = present(folders.get(folder));
    const rows = (await lockedRows(tx, locked, { uids, view })).filter(
      (row) => force || (row.flags & DELETED) !== 0,
    );
    await dropRows(tx, folder, { rows, ledger });
    await ledger.write(tx);
    return { gone: rows.map((row) => row.uid), touched: ledger.changed() };
  });
}

export interface FlagChange extends FlagRequest {
  readonly view: Known;
}

export interface FlagResult {
  /** Rows that differ afterwards; a STORE that changes nothing raises no modseq. */
  readonly edited: readonly FlaggedRow[];
  readonly refused: Uid[];
  /** With its counters after the change. */
  readonly folder: Folder;
  readonly touched: Touched;
}

export async function setFlags(
  pool: pg.Pool,
  id: FolderId,
  { uids, edit, unchangedSince = Infinity, view }: FlagChange,
): Promise<FlagResult> {
  return inTransaction(pool, async (tx) => {
    const folders = await lockFolders(tx, [id]);
    const ledger = new Ledger(folders);
    const rows = await lockedRows(tx, present(folders.get(id)), { uids, view });
    const refused = rows.filter((row) => row.modseq > unchangedSince).map((row) => row.uid);
    const edited: FlaggedRow[] = [];
    for (const row of rows) {
      const after = row.modseq <= unchangedSince ? editFlags(row, edit) : null;
      if (after === null) continue;
      ledger.reflag(id, row.flags, after.flags);
      edited.push({ uid: row.uid, ...after, keywordsChanged: after.keywords !== row.keywords });
    }
    if (edited.length > 0) {
      tx.unawaited(writeFlags(tx, id, { edited, edit, ledger }));
    }
    return { edited, refused, folder: ledger.after(id), touched: ledger.changed() };
  });
}

/** Sent before it returns. */
function writeFlags(
  tx: Sql,
  id: FolderId,
  { edited, edit, ledger }: { edited: readonly FlaggedRow[]; edit: FlagEdit; ledger: Ledger },
): Promise<unknown> {
  const uids = edited.map(({ uid }) => uid);
  const spans = spansOf(uids);
  const [firsts, lasts] = [spans.map(([first]) => first), spans.map(([, last]) => last)];
  const noted: Value[] = [id, ledger.modseq(id), firsts, lasts];
  if (!edited.some(({ keywordsChanged }) => keywordsChanged)) {
    const { kept, given } = bitsOf(edit);
    return noteFlags(tx, ...noted, kept, given, ...ledger.columns());
  }
  const flags = edited.map((row) => row.flags);
  const keywords = edited.map((row) => joinKeywords(row.keywords));
  return updateFlags(tx, ...noted, null, null, ...ledger.columns(), uids, flags, keywords);
}
