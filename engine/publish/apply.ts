/**
 * A change set on top of what is there now. Safe to run twice: what is done already is left alone; what
 * is neither as it was nor as it shall be was changed by somebody else, and nothing at all is written.
 */
import {
  sameValues,
  type RecordSet,
  type SetChange,
  type SetValues,
} from "../../lib/mail/dns/record-sets.ts";
import { PublishError } from "./error.ts";
import type { Provider } from "./provider.ts";

export interface Target {
  readonly provider: Provider;
  readonly zone: string;
  readonly signal: AbortSignal;
}

/** How many sets were written. */
export async function applyChanges(
  { provider, zone, signal }: Target,
  changes: readonly SetChange[],
): Promise<number> {
  if (changes.length === 0) return 0;
  const reading = await provider.read(zone, namesOf(changes), signal);
  const pending = changes.filter(
    (change) => !sameValues(setAt(reading.sets, change), change.after),
  );
  const moved = pending.find((change) => !sameValues(setAt(reading.sets, change), change.before));
  if (moved) throw new PublishError("zoneChanged", { name: moved.name, type: moved.type });
  if (pending.length > 0) await reading.write(pending, signal);
  return pending.length;
}

/** The DNS host shows every set as it shall be. */
export async function isApplied(
  { provider, zone, signal }: Target,
  changes: readonly SetChange[],
): Promise<boolean> {
  const { sets } = await provider.read(zone, namesOf(changes), signal);
  return changes.every((change) => sameValues(setAt(sets, change), change.after));
}

export const namesOf = (changes: readonly Pick<SetChange, "name">[]) => [
  ...new Set(changes.map(({ name }) => name)),
];

function setAt(sets: readonly RecordSet[], { name, type }: SetChange): SetValues | null {
  return sets.find((set) => set.name === name && set.type === type) ?? null;
}
