/**
 * A mailbox cut into batches of messages, newest first, each a range of uids: RFC 10022 §3.1. Ranges
 * touch each other and the last one ends at 1, so that no uid is in none of them. A batch costs one
 * question to the tracker, however many messages are in it.
 */
import type { Tracker } from "./tracker.ts";

export interface Batching {
  /** Messages per batch. */
  readonly size: number;
  /** Which batches, the newest one 1. */
  readonly first: number;
  readonly last: number;
}

/** [highest, lowest] of each batch that there is. */
export function batchesOf(
  tracker: Pick<Tracker, "exists" | "uidOf">,
  { size, first, last }: Batching,
): (readonly [high: number, low: number])[] {
  const { exists } = tracker;
  const count = Math.ceil(exists / size);
  if (first > count) return [];
  /** The lowest uid of a batch. */
  const lowest = (batch: number) => (batch >= count ? 1 : tracker.uidOf(exists - batch * size + 1));
  let high = first === 1 ? tracker.uidOf(exists) : lowest(first - 1) - 1;
  const ranges: [number, number][] = [];
  for (let batch = first; batch <= Math.min(last, count); batch++) {
    const low = lowest(batch);
    ranges.push([high, low]);
    high = low - 1;
  }
  return ranges;
}
