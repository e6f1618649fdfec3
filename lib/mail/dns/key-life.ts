/**
 * The life of a domain's signing keys: publishing → visible → signing → retiring → safe to delete →
 * deleted. Nothing signs that the world cannot see, and what has signed stays published until the last
 * message that carries its signature has arrived.
 *
 * Pure: what was seen and what time it is go in, the moves that follow come out, each with its reason.
 * Asked twice, it answers the same moves or, once they are made, none.
 */
import { GIVE_UP_AFTER_MS } from "../retry.ts";
import type { KeySight } from "./key-sight.ts";

export type KeyState = "publishing" | "visible" | "signing" | "retiring" | "safe_to_delete";

const DAY_MS = 86_400_000;
/** Longer than our queue tries (five days), and two for those that hold our mail on its way. */
export const RETIRE_MS = GIVE_UP_AFTER_MS + 2 * DAY_MS;
/** RFC 2308 §5: "no" is kept for hours, not days; a longer TTL must not hold a rotation up for weeks. */
const MAX_TTL_MS = DAY_MS;

export interface LifeKey {
  readonly id: string;
  readonly selector: string;
  readonly state: KeyState;
  readonly rotationId: string | null;
  /** The rotation that replaced it. */
  readonly retiredById: string | null;
  readonly visibleSince: Date | null;
  /** When it first signed. */
  readonly signingSince: Date | null;
  readonly retiringSince: Date | null;
  readonly safeSince: Date | null;
  readonly revokedAt: Date | null;
  /** Seconds. */
  readonly seenTtl: number | null;
}

export interface LifeRotation {
  readonly id: string;
  /** Prepared: it waits for its day. */
  readonly scheduled: boolean;
  readonly switchedAt: Date | null;
}

export type MoveReason =
  | "shown" // all name servers show it
  | "vanished" // they show it no longer, and it was not needed
  | "first" // nothing else signs
  | "beside" // it has been visible long enough to sign beside the others
  | "rotation" // it takes over
  | "replaced" // another one took over
  | "restored" // a rotation was taken back
  | "over" // nothing on its way carries its signatures any more
  | "gone"; // its record is gone from DNS

export interface Move {
  readonly keyId: string;
  readonly from: KeyState;
  readonly to: KeyState | "deleted";
  readonly reason: MoveReason;
  /** "replaced": by which rotation. */
  readonly by: string | null;
}

export interface LifeInput {
  /** All that are not deleted. */
  readonly keys: readonly LifeKey[];
  /** Those that are not over. */
  readonly rotations: readonly LifeRotation[];
  /** By key; a key that was not looked at has none. */
  readonly sights: ReadonlyMap<string, KeySight>;
  /** Days after which a prepared rotation's day comes; null: never by itself. */
  readonly rotateDays: number | null;
  readonly now: Date;
}

export interface Progress {
  readonly moves: readonly Move[];
  /** Rotations whose keys take over now. */
  readonly switched: readonly string[];
}

export function progressOf(input: LifeInput): Progress {
  const life = new Life(input);
  life.look();
  life.withdraw();
  life.signFirst();
  const switched = input.rotations.filter((rotation) => life.switch(rotation)).map(({ id }) => id);
  life.signBeside();
  life.retire();
  return { moves: life.moves, switched };
}

/** The keys as they become, move by move. */
class Life {
  readonly moves: Move[] = [];
  readonly #input: LifeInput;
  readonly #states: Map<string, KeyState>;

  constructor(input: LifeInput) {
    this.#input = input;
    this.#states = new Map(input.keys.map(({ id, state }) => [id, state]));
  }

  /** publishing → visible, and back when it vanished before it was needed. */
  look(): void {
    for (const key of this.#input.keys) {
      if (key.revokedAt !== null) continue;
      const shown = this.#shown(key);
      if (this.#is(key, "publishing") && shown === "everywhere")
        this.#move(key, "visible", "shown");
      else if (this.#is(key, "visible") && shown === "nowhere")
        this.#move(key, "publishing", "vanished");
    }
  }

  /** A signing key that nobody can see stops, if another one that is seen goes on; else it must not. */
  withdraw(): void {
    const signers = this.#signers();
    if (!signers.some((key) => this.#shown(key) === "everywhere")) return;
    for (const key of signers)
      if (this.#shown(key) === "nowhere") this.#move(key, "publishing", "vanished");
  }

  /** Where nothing signs there is nothing to wait for. */
  signFirst(): void {
    if (this.#signers().length > 0) return;
    for (const key of this.#input.keys)
      if (this.#is(key, "visible") && !this.#isOfRotation(key)) this.#move(key, "signing", "first");
  }

  /** The new keys take over together: when all are visible, and caches have forgotten that they were not. */
  switch({ id, scheduled, switchedAt }: LifeRotation): boolean {
    if (switchedAt !== null) return false;
    const own = this.#input.keys.filter((key) => key.rotationId === id && key.revokedAt === null);
    if (own.length === 0 || !own.every((key) => this.#is(key, "visible"))) return false;
    const signers = this.#signers();
    const isFirst = signers.length === 0;
    if (!isFirst && !own.every((key) => this.#isSettled(key))) return false;
    if (scheduled && !(isFirst ? this.#isNext(id) : this.#isDue(signers))) return false;
    for (const key of own) this.#move(key, "signing", "rotation");
    for (const key of this.#input.keys)
      if (key.rotationId !== id && this.#hasSigned(key))
        this.#move(key, "retiring", "replaced", id);
    return true;
  }

  /** A key that came without a rotation signs beside those that do. */
  signBeside(): void {
    for (const key of this.#input.keys)
      if (this.#is(key, "visible") && !this.#isOfRotation(key) && this.#isSettled(key))
        this.#move(key, "signing", "beside");
  }

  retire(): void {
    for (const key of this.#input.keys) {
      const { retiringSince, safeSince } = key;
      if (this.#is(key, "retiring") && retiringSince !== null && this.#isPast(retiringSince))
        this.#move(key, "safe_to_delete", "over");
      // What was seen before it was safe says nothing about now.
      else if (key.state === "safe_to_delete" && safeSince !== null && this.#isGone(key, safeSince))
        this.#move(key, "deleted", "gone");
    }
  }

  #signers(): LifeKey[] {
    return this.#input.keys.filter((key) => this.#is(key, "signing"));
  }

  #is({ id }: LifeKey, state: KeyState): boolean {
    return this.#states.get(id) === state;
  }

  #shown({ id }: LifeKey): KeySight["shown"] {
    return this.#input.sights.get(id)?.shown ?? "unknown";
  }

  #isGone({ id }: LifeKey, since: Date): boolean {
    const sight = this.#input.sights.get(id);
    return sight !== undefined && sight.gone && sight.at > since;
  }

  /** It signs, or would if it were still seen. */
  #hasSigned(key: LifeKey): boolean {
    const before = this.#is(key, "visible") || this.#is(key, "publishing");
    return this.#is(key, "signing") || (before && key.signingSince !== null);
  }

  /** Of a rotation whose turn has not come. */
  #isOfRotation({ rotationId }: LifeKey): boolean {
    return this.#input.rotations.some(({ id, switchedAt }) => id === rotationId && !switchedAt);
  }

  #isSettled(key: LifeKey): boolean {
    const settled = settledAt(key, this.#input.sights.get(key.id));
    return settled !== null && settled <= this.#input.now;
  }

  /** Where nothing signs, what was prepared for later waits only for those who are to sign now. */
  #isNext(id: string): boolean {
    return !this.#input.rotations.some((other) => other.id !== id && other.switchedAt === null);
  }

  #isDue(signers: readonly LifeKey[]): boolean {
    const due = dueAt(signers, this.#input.rotateDays);
    return due !== null && due <= this.#input.now;
  }

  #isPast(retiringSince: Date): boolean {
    return retiringSince.getTime() + RETIRE_MS <= this.#input.now.getTime();
  }

  #move(key: LifeKey, to: Move["to"], reason: MoveReason, by: string | null = null): void {
    const from = this.#states.get(key.id) ?? key.state;
    this.moves.push({ keyId: key.id, from, to, reason, by });
    if (to === "deleted") this.#states.delete(key.id);
    else this.#states.set(key.id, to);
  }
}

/** What a move changes in a key's row; of a deleted one there is nothing left to change. */
export function moved(key: LifeKey, { to, by }: Move, now: Date): LifeKey {
  switch (to) {
    case "publishing":
      return { ...key, state: to, visibleSince: null };
    case "visible":
      return { ...key, state: to, visibleSince: now };
    case "signing": {
      const signingSince = key.signingSince ?? now;
      return { ...key, state: to, signingSince, retiringSince: null, retiredById: null };
    }
    case "retiring":
      return { ...key, state: to, retiringSince: now, retiredById: by };
    case "safe_to_delete":
      return { ...key, state: to, safeSince: now };
    case "deleted":
      return key;
  }
}

/**
 * When every cache that knew that the key was not there has forgotten it: two TTLs after it became
 * visible. Null while it is not.
 */
export function settledAt(
  { visibleSince, seenTtl }: Pick<LifeKey, "visibleSince" | "seenTtl">,
  sight?: Pick<KeySight, "at" | "ttl">,
): Date | null {
  const since = visibleSince ?? sight?.at ?? null;
  if (since === null) return null;
  const ttlMs = Math.min(MAX_TTL_MS, Math.max(seenTtl ?? 0, sight?.ttl ?? 0) * 1000);
  return new Date(since.getTime() + 2 * ttlMs);
}

/** The day on which a prepared rotation takes over; null: when somebody says so. */
export function dueAt(
  signers: readonly Pick<LifeKey, "signingSince">[],
  rotateDays: number | null,
): Date | null {
  if (rotateDays === null) return null;
  const since = signers.flatMap(({ signingSince }) =>
    signingSince ? [signingSince.getTime()] : [],
  );
  return since.length === 0 ? null : new Date(Math.max(...since) + rotateDays * DAY_MS);
}

export function safeAt(retiringSince: Date): Date {
  return new Date(retiringSince.getTime() + RETIRE_MS);
}
