/** What one server's answer is worth: the verdict if everybody answered like that. */
import type { Fix, ObservedVerdict } from "../check.ts";
import type { Reason } from "../reasons.ts";

export interface Opinion {
  readonly verdict: Exclude<ObservedVerdict, "partial">;
  readonly reasons: readonly Reason[];
  /** The values that were judged, as people paste them; what is none of our business is left out. */
  readonly found: readonly string[];
  /** Values to take away and to put there; null: nothing to change, or nothing that could be said. */
  readonly fix?: FixValues | null;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** A fix without name and type where it is about the record itself. */
export type FixValues = Pick<Fix, "remove" | "add"> & Partial<Pick<Fix, "name" | "type">>;

/** Nobody has to do anything. */
export const isAcceptable = ({ verdict }: Opinion) =>
  verdict === "ok" || verdict === "weak" || verdict === "off";
