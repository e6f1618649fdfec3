/**
 * SASLprep (RFC 4013) for passwords, so that one password typed on two keyboards is the same bytes.
 *
 * Mapped: spaces of other scripts to " ", soft hyphens and their like to nothing; then NFKC.
 * Refused: controls, private use, surrogates, what is not a character, tags.
 * Not done: the bidirectional rule (§2.3), which refuses passwords but changes none; and the table of
 * unassigned code points of Unicode 3.2, which would refuse emoji.
 */

// RFC 3454 table C.1.2, and B.1 "commonly mapped to nothing".
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu;
const NOTHING =
  /\u00ad|\u034f|\u1806|\u180b|\u180c|\u180d|\u200c|\u200d|\u2060|\ufeff|[\ufe00-\ufe0f]/gu;
// Tables C.2 to C.9: controls, private use, non-characters, surrogates, inappropriate for text, tagging.
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u06dd\u070f\u180e\u2028\u2029\u200e\u200f\u202a-\u202e\u2061-\u2063\u206a-\u206f\u2ff0-\u2ffb\ufff9-\ufffd\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}\u0340\u0341]/u;

/** The prepared text, or null when it may not be a password. Empty is for the caller to judge. */
export function saslPrep(text: string): string | null {
  const prepared = text.replace(SPACES, " ").replace(NOTHING, "").normalize("NFKC");
  return PROHIBITED.test(prepared) ? null : prepared;
}
