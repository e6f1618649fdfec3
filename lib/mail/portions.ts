/**
 * Many messages in portions, each of which is a transaction of its own: while one lasts, its folders and
 * mailboxes are locked, and whatever is delivered there waits, with all that is accepted beside it. Moving
 * 100,000 messages at once held up everybody's mail for three seconds.
 */
export const PORTION = 5_000;
/** Where no row of theirs is written: of system flags. What bounds it is a turn of the event loop. */
export const FLAGS_PORTION = 20_000;

export function* portions<T>(all: readonly T[], size = PORTION): Generator<readonly T[]> {
  if (all.length <= size) {
    if (all.length > 0) yield all;
    return;
  }
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
