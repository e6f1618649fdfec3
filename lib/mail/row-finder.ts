/** Rows of a folder's view by uid, for many of them. */
import type { OpenFolder, Uid } from "./ports.ts";

/**
 * As `rowOf`: -1 when there is none. Most often the uids asked for stand one behind the other: then
 * nothing is searched. For one pass, in which the view does not change.
 */
export function rowFinder(
  view: Pick<OpenFolder, "count" | "uidAt" | "rowOf">,
): (uid: Uid) => number {
  let next = 0;
  return (uid) => {
    const row = next < view.count && view.uidAt(next) === uid ? next : view.rowOf(uid);
    if (row >= 0) next = row + 1;
    return row;
  };
}
