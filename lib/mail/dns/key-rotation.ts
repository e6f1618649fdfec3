/** How far the replacement of a domain's keys has come. Follows from the keys; nothing else is kept. */
import type { LifeKey } from "./key-life.ts";

/** In their order; "done" and "cancelled" are the ends. */
export const ROTATION_STEPS = ["publish", "wait", "keep", "remove", "done"] as const;
export type RotationStep = (typeof ROTATION_STEPS)[number] | "cancelled";

export interface RotationFacts {
  readonly id: string;
  readonly switchedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly cancelledAt: Date | null;
}

type Brought = Pick<LifeKey, "state" | "rotationId"> & { readonly retiredById: string | null };

export function stepOf(
  { id, switchedAt, finishedAt, cancelledAt }: RotationFacts,
  keys: readonly Brought[],
): RotationStep {
  if (cancelledAt !== null) return "cancelled";
  if (finishedAt !== null) return "done";
  if (switchedAt === null) {
    const own = keys.filter(({ rotationId }) => rotationId === id);
    return own.some(({ state }) => state === "publishing") ? "publish" : "wait";
  }
  const old = keys.filter(({ retiredById }) => retiredById === id);
  if (old.length === 0) return "done";
  return old.some(({ state }) => state === "retiring") ? "keep" : "remove";
}

/** The last old key is gone. */
export function isOver(rotation: RotationFacts, keys: readonly Brought[]): boolean {
  return rotation.finishedAt === null && stepOf(rotation, keys) === "done";
}
