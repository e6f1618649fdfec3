/**
 * Why a check came out as it did: a key with parameters, for sentences in lib/i18n/reasons.ts
 * (`reason.<key>`). Each diagnosis that helps somebody has a key of its own; "missing" alone helps nobody.
 */
import { PROBE_REASONS } from "./probe-reasons.ts";
import { RECORD_REASONS } from "./record-reasons.ts";

/** Key → names of its parameters. */
export const REASONS = { ...RECORD_REASONS, ...PROBE_REASONS };

export type ReasonKey = keyof typeof REASONS;

/** `Key`: other areas (publishing) explain themselves in the same form, with keys of their own. */
export interface Reason<Key extends string = ReasonKey> {
  readonly key: Key;
  readonly params: Readonly<Record<string, string | number>>;
}

/** Why something cannot be published, or has to be asked about first: sentences of lib/i18n/publish.ts. */
export type PublishReason = Reason<`publish.${string}`>;

type ParamsOf<Key extends ReasonKey> = Readonly<
  Record<(typeof REASONS)[Key][number], string | number>
>;
type Arguments<Key extends ReasonKey> = (typeof REASONS)[Key]["length"] extends 0
  ? []
  : [params: ParamsOf<Key>];

/** A reason with just the parameters that its sentence has. */
export function reason<Key extends ReasonKey>(key: Key, ...[params]: Arguments<Key>): Reason {
  return { key, params: params ?? {} };
}
