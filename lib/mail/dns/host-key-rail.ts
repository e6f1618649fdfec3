/** Where changing the host's key stands, and what DANE amounts to now, in one word each. */
import {
  releaseAt,
  settledAt,
  type LifeHostKey,
  type SwitchWord,
  type TlsaMemory,
} from "./host-key-life.ts";

export const HOST_KEY_STEPS = ["publish", "wait", "switch", "keep", "remove"] as const;
export type HostKeyStep = (typeof HOST_KEY_STEPS)[number];

export interface HostKeyPlace {
  /** Null: none is being changed. "look": nobody has looked since the next key was made. */
  readonly step: HostKeyStep | "look" | null;
  /** When it goes on by itself. */
  readonly until: Date | null;
}

export function placeOf(keys: readonly LifeHostKey[], word: SwitchWord | null): HostKeyPlace {
  const next = keys.find(({ state }) => state === "next");
  if (next) return placeOfNext(next, keys, word);
  const kept = keys.find(({ state, releasedAt }) => state === "retired" && releasedAt === null);
  if (kept) return { step: "keep", until: releaseAt(kept) };
  // A key that was cancelled before anybody published it leaves nothing to remove.
  const isLeft = keys.some(({ releasedAt, lastSeenAt }) => releasedAt !== null && lastSeenAt);
  return { step: isLeft ? "remove" : null, until: null };
}

function placeOfNext(
  next: LifeHostKey,
  keys: readonly LifeHostKey[],
  word: SwitchWord | null,
): HostKeyPlace {
  if (next.readyAt !== null || word?.may) return { step: "switch", until: null };
  if (next.lookedAt === null) return { step: "look", until: null };
  if (next.visibleSince === null) return { step: "publish", until: null };
  return { step: "wait", until: settledAt(next, keys) };
}

/** When each step was, or will be, over; null: not known. */
export function stepTimes(keys: readonly LifeHostKey[]): Record<HostKeyStep, Date | null> {
  const next = keys.find(({ state }) => state === "next");
  const current = keys.find(({ state }) => state === "current");
  const old = keys.find(({ state, usedSince }) => state === "retired" && usedSince !== null);
  const young = next ?? (old ? current : undefined);
  return {
    publish: young?.visibleSince ?? null,
    wait: young ? settledAt(young, keys) : null,
    switch: next || !old ? null : (current?.usedSince ?? null),
    keep: next || !old ? null : (old.releasedAt ?? releaseAt(old)),
    remove: null,
  };
}

export type DaneState =
  /** Nobody has looked. */
  | "unknown"
  | "nothing"
  /** There are TLSA, and none names the key that is shown. */
  | "wrong"
  /** Some name servers, or some names. */
  | "partly"
  | "good";

export function daneState(current: LifeHostKey | undefined, memory: TlsaMemory | null): DaneState {
  if (memory === null || !current) return "unknown";
  if (memory.published === "no") return "nothing";
  if (current.visibleSince !== null) return "good";
  const isSeen = current.lastSeenAt !== null && current.lastSeenAt >= memory.at;
  return isSeen ? "partly" : "wrong";
}
