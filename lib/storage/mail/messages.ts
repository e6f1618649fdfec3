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
import type { FlaggedRow, FolderView } from "./folder-view.ts";
import { bitsOf, editFlags, joinKeywords } from "./keywords.ts";
import { Ledger, ledgerUpdates } from "./ledger.ts";

interface Row {
  readonly uid: Uid;
  readonly modseq: number;
  readonly flags: number;
  readonly keywords: string[];
  readonly size: number;
}

/** The folders that a transaction changed, with their mailboxes. */
export type Touched = ReadonlyMap<FolderId, string>;

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
   SELECT $2, c.target, $3, m.blob_id, m.flags & $6::int,
     CASE WHEN $7::boolean THEN m.keywords ELSE '{}' END, m.size, m.internal_date, now(), m.email_id,
     m.thread_id
   FROM unnest($4::bigint[], $5::bigint[]) AS c(source, target)
   JOIN message m ON m.folder_id = $1 AND m.uid = c.source`,
);
const deleteRows = statement(
  "message.delete",
  `WITH gone AS (DELETE FROM message WHERE folder_id = $1 AND uid = ANY($2) RETURNING uid)
   INSERT INTO expunged (folder_id, uid, modseq) SELECT $1, uid, $3 FROM gone`,
);
/** What was changed, for views that have not seen it, and the counters. */
const NOTED = `WITH noted AS (
     INSERT INTO reflagged (folder_id, modseq, firsts, lasts) VALUES ($1, $2, $3, $4)),
   ${ledgerUpdates(5)}`;
/** What everybody keeps, and what everybody gets. */
const updateBits = statement(
  "message.bits",
  `${NOTED}
   UPDATE message m SET modseq = $2, flags = (m.flags & $14::int) | $15::int
   FROM unnest($3::bigint[], $4::bigint[]) AS s(first, last)
   WHERE m.folder_id = $1 AND m.uid BETWEEN s.first AND s.last`,
);
const updateFlags = statement(
  "message.flags",
  `${NOTED}
   UPDATE message m SET modseq = $2, flags = c.flags, keywords = string_to_array(c.keywords, ' ')
   FROM unnest($14::bigint[], $15::int[], $16::text[]) AS c(uid, flags, keywords)
   WHERE m.folder_id = $1 AND m.uid = c.uid`,
);

export interface Transfer {
  readonly from: FolderId;
  readonly uids: readonly Uid[];
  readonly to: Folder;
  /** Flags that come along. */
  readonly keeps?: FlagScope | undefined;
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
async function openTransfer(tx: Sql, { from, uids, to, keeps = EVERY_FLAG }: Transfer) {
  const [source] = await mailboxOf(tx, from);
  if (source === undefined) throw new MailError("noSuchFolder", "No such folder");
  const ids = [...new Set([source.mailboxId, to.mailboxId])].sort();
  const locked = new Map<string, Usage>();
  for (const id of ids) locked.set(id, await lockMailbox(tx, id));
  const usage = locked.get(to.mailboxId);
  if (usage === undefined) throw new Error("The target's mailbox is one of those locked");
  const folders = await lockFolders(tx, [from, to.id]);
  const target = present(folders.get(to.id));
  present(folders.get(from));
  const rows = await selectRows(tx, from, uids);
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
    await copyRows(tx, from, target.id, modseq, source, to, keeps.bits, keeps.keywords);
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
  { uids, force }: { uids: readonly Uid[]; force: boolean },
): Promise<{ gone: Uid[]; touched: Touched }> {
  return inTransaction(pool, async (tx) => {
    const [owner] = await mailboxOf(tx, folder);
    if (owner === undefined) throw new MailError("noSuchFolder", "No such folder");
    await lockMailbox(tx, owner.mailboxId);
    const ledger = new Ledger(await lockFolders(tx, [folder]));
    const rows = (await selectRows(tx, folder, uids)).filter(
      (row) => force || (row.flags & DELETED) !== 0,
    );
    await dropRows(tx, folder, { rows, ledger });
    await ledger.write(tx);
    return { gone: rows.map((row) => row.uid), touched: ledger.changed() };
  });
}

export interface FlagChange {
  readonly uids: readonly Uid[];
  readonly edit: FlagEdit;
  /** RFC 7162 §3.1.3: rows with a higher modseq are refused. */
  readonly unchangedSince?: number | undefined;
  /** The folder's view, when there is one: if it knows all, its rows are not read again. */
  readonly view: Pick<FolderView, "rowsAsOf"> | null;
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
    // Nobody changes the folder now: a view that knows its modseq knows its rows.
    const rows = view?.rowsAsOf(present(folders.get(id)), uids) ?? (await selectRows(tx, id, uids));
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
  const noted: Value[] = [
    ...[id, ledger.modseq(id), spans.map(([first]) => first), spans.map(([, last]) => last)],
    ...ledger.columns(),
  ];
  if (!edited.some(({ keywordsChanged }) => keywordsChanged)) {
    const { kept, given } = bitsOf(edit);
    return updateBits(tx, ...noted, kept, given);
  }
  const flags = edited.map((row) => row.flags);
  const keywords = edited.map((row) => joinKeywords(row.keywords));
  return updateFlags(tx, ...noted, uids, flags, keywords);
}
