/**
 * What another mode asks of a domain's zone: records that are new, that say something else, that matter less or
 * more, and that nobody needs any more. By their ids. Pure.
 */
import type { ExpectedRecord } from "./record.ts";

export interface RecordChange {
  readonly before: ExpectedRecord;
  readonly after: ExpectedRecord;
}

export interface ModeChange {
  readonly added: readonly ExpectedRecord[];
  /** To be taken out of the zone, once nobody uses them. */
  readonly removed: readonly ExpectedRecord[];
  /** Another value: it has to be entered anew. */
  readonly changed: readonly RecordChange[];
  /** The same value, needed more or less than before. */
  readonly weighed: readonly RecordChange[];
}

export function modeChange(
  before: readonly ExpectedRecord[],
  after: readonly ExpectedRecord[],
): ModeChange {
  const known = new Map(before.map((record) => [record.id, record]));
  const wanted = new Set(after.map(({ id }) => id));
  const both = after.flatMap((record): RecordChange[] => {
    const old = known.get(record.id);
    return old ? [{ before: old, after: record }] : [];
  });
  const isSame = ({ before: a, after: b }: RecordChange) => a.text === b.text && a.name === b.name;
  return {
    added: after.filter(({ id }) => !known.has(id)),
    removed: before.filter(({ id }) => !wanted.has(id)),
    changed: both.filter((change) => !isSame(change)),
    weighed: both.filter((change) => isSame(change) && change.before.need !== change.after.need),
  };
}
