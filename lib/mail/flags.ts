/**
 * System flags as bits: RFC 9051 §2.3.2. `\Recent` (RFC 3501) belongs to a session, not to a message,
 * and has no bit. Keywords are strings beside the bitmap.
 */
const FLAG_BITS = {
  "\\Seen": 1,
  "\\Answered": 2,
  "\\Flagged": 4,
  "\\Deleted": 8,
  "\\Draft": 16,
} as const;

export type SystemFlag = keyof typeof FLAG_BITS;
export const SEEN = FLAG_BITS["\\Seen"];
export const ANSWERED = FLAG_BITS["\\Answered"];
export const FLAGGED = FLAG_BITS["\\Flagged"];
export const DELETED = FLAG_BITS["\\Deleted"];
export const DRAFT = FLAG_BITS["\\Draft"];

const NAMES = Object.keys(FLAG_BITS) as SystemFlag[];
const BY_LOWER = new Map(NAMES.map((name) => [name.toLowerCase(), FLAG_BITS[name]]));

/** The bit of a system flag in any case ("\\seen"), or 0 when there is none of that name. */
export function flagBit(name: string): number {
  return BY_LOWER.get(name.toLowerCase()) ?? 0;
}

/** Names of the set bits, in the order of FLAG_BITS. */
export function flagNames(bits: number): SystemFlag[] {
  return NAMES.filter((name) => (bits & FLAG_BITS[name]) !== 0);
}
