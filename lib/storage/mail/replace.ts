/**
 * REPLACE (RFC 8508): a message comes and another goes, in one transaction.
 *
 * The mailbox is locked when the new message is written, so the lock on the old one's folder may come
 * after it: whoever else takes more than one lock waits for the mailbox first (folder-rows.ts).
 */
import type pg from "pg";
import { MailError } from "../../mail/errors.ts";
import type { FolderId, Stored, Uid } from "../../mail/ports.ts";
import { oneMessage } from "../../mail/quota.ts";
import { inTransaction, type Sql } from "../sql.ts";
import { foldLocked } from "./flag-log.ts";
import { lockFolders, present } from "./folder-rows.ts";
import { Ledger } from "./ledger.ts";
import { dropRows, selectRows, type Touched } from "./messages.ts";
import { writeParcels, type Placement } from "./parcels.ts";

export interface Replacement {
  readonly from: FolderId;
  readonly uid: Uid;
  readonly placement: Placement;
}

export async function replaceMessage(
  pool: pg.Pool,
  { from, uid, placement }: Replacement,
): Promise<{ stored: Stored; touched: Touched }> {
  return inTransaction(pool, async (tx) => {
    const { mailboxId } = placement;
    const freed = new Map([[mailboxId, oneMessage((await findOld(tx, from, uid)).size)]]);
    const parcel = { placements: [placement], queue: null, events: [] };
    const { outcomes, touched } = await writeParcels(tx, [parcel], freed);
    const [outcome] = outcomes;
    if (outcome instanceof MailError) throw outcome;
    const [stored] = outcome ?? [];
    if (stored === undefined) throw new Error("A parcel of one message stored none");
    const ledger = await removeOld(tx, { from, uid, mailboxId });
    return { stored, touched: new Map([...touched, ...ledger.changed()]) };
  });
}

/** With the locks: asks again, so that what was counted as freed is freed. */
async function removeOld(
  tx: Sql,
  { from, uid, mailboxId }: { from: FolderId; uid: Uid; mailboxId: string },
): Promise<Ledger> {
  const folders = await lockFolders(tx, [from]);
  if (present(folders.get(from)).mailboxId !== mailboxId)
    throw new MailError("cannot", "Messages stay within their mailbox");
  const ledger = new Ledger(folders);
  await foldLocked(tx, from);
  await dropRows(tx, from, { rows: [await findOld(tx, from, uid)], ledger });
  await ledger.write(tx);
  return ledger;
}

async function findOld(tx: Sql, from: FolderId, uid: Uid) {
  const [row] = await selectRows(tx, from, [uid]);
  if (row === undefined) throw new MailError("expungeIssued", "The message no longer exists");
  return row;
}
