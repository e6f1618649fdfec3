/** What a STORE of system flags changes in a folder that is known: decided without asking for its rows. */
import { DELETED, SEEN } from "../../mail/flags.ts";
import type { FlagEdit, Uid } from "../../mail/ports.ts";
import { rowFinder } from "../../mail/row-finder.ts";
import type { LoggedChange } from "./flag-log.ts";
import { bitsOf } from "./keywords.ts";
import type { MessageTable } from "./message-table.ts";

export interface FlagRequest {
  readonly uids: readonly Uid[];
  readonly edit: FlagEdit;
  /** RFC 7162 §3.1.3: rows with a higher modseq are refused. */
  readonly unchangedSince?: number | undefined;
}

export interface FlagPlan extends LoggedChange {
  /** Messages that differ afterwards, and the rows of the table that they are in. */
  readonly uids: readonly Uid[];
  readonly rows: readonly number[];
  readonly refused: Uid[];
}

/** Null: keywords may change, too. */
export function planFlags(
  table: MessageTable,
  { uids, edit, unchangedSince = Infinity }: FlagRequest,
): FlagPlan | null {
  const { kept, given } = bitsOf(edit);
  const replaces = edit.action === "replace" && edit.within?.keywords !== false;
  if (edit.keywords.length > 0 && (edit.action !== "replace" || replaces)) return null;
  const changed: Uid[] = [];
  const rows: number[] = [];
  const refused: Uid[] = [];
  const firsts: Uid[] = [];
  const lasts: Uid[] = [];
  let [unseen, deleted] = [0, 0];
  const rowOf = rowFinder(table);
  for (const uid of ascending(uids)) {
    const row = rowOf(uid);
    if (row < 0) continue;
    if (table.modseqAt(row) > unchangedSince) {
      refused.push(uid);
      continue;
    }
    if (replaces && table.keywordsAt(row).length > 0) return null;
    const before = table.flagsAt(row);
    const after = (before & kept) | given;
    if (after === before) continue;
    unseen += Number((before & SEEN) !== 0) - Number((after & SEEN) !== 0);
    deleted += Number((after & DELETED) !== 0) - Number((before & DELETED) !== 0);
    // A span reaches over uids that are in no row: they never come back.
    if (rows.length > 0 && rows[rows.length - 1] === row - 1) lasts[lasts.length - 1] = uid;
    else {
      firsts.push(uid);
      lasts.push(uid);
    }
    rows.push(row);
    changed.push(uid);
  }
  return { kept, given, uids: changed, rows, refused, firsts, lasts, unseen, deleted };
}

/** As it is, or sorted. */
export function ascending(uids: readonly Uid[]): readonly Uid[] {
  for (let at = 1; at < uids.length; at++)
    if ((uids[at] ?? 0) < (uids[at - 1] ?? 0)) return uids.toSorted((a, b) => a - b);
  return uids;
}
