/**
 * Why a check came out as it did: a key with parameters, for sentences in lib/i18n/reasons.ts. Each
 * diagnosis that helps somebody has a key of its own; "missing" alone helps nobody.
 */

/** Key → names of its parameters. */
export const REASONS = {
  // filled by the checks: lib/mail/dns/checks/*.ts
} as const satisfies Record<string, readonly string[]>;

export type ReasonKey = keyof typeof REASONS | (string & {});

export interface Reason {
  readonly key: ReasonKey;
  readonly params: Readonly<Record<string, string | number>>;
}
