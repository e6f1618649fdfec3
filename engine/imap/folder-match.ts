/**
 * Does a mailbox name match a LIST pattern: "*" is anything, "%" anything within one level
 * (RFC 9051 §6.3.9). All ways to match are followed at once, so no pattern costs more than its
 * length times the name's.
 */
const STAR = "*";
const PERCENT = "%";
const SEPARATOR = "/";
const INBOX = "INBOX";

export function matchesPattern(name: string, pattern: string): boolean {
  // The first level of these names may be written in any case (RFC 9051 §5.1).
  const anyCase = name === INBOX || name.startsWith(INBOX + SEPARATOR) ? INBOX.length : 0;
  // places[i]: the name so far may end before pattern[i].
  let places = new Uint8Array(pattern.length + 1);
  places[0] = 1;
  passWildcards(places, pattern);
  for (const [at, char] of name.split("").entries()) {
    const next = new Uint8Array(pattern.length + 1);
    for (let i = 0; i < pattern.length; i++) {
      if (places[i] === 0) continue;
      const wanted = pattern[i] ?? "";
      if (wanted === STAR || (wanted === PERCENT && char !== SEPARATOR)) next[i] = 1;
      if (char === (at < anyCase ? wanted.toUpperCase() : wanted)) next[i + 1] = 1;
    }
    passWildcards(next, pattern);
    places = next;
  }
  return places[pattern.length] === 1;
}

/** A wildcard may stand for nothing. */
function passWildcards(places: Uint8Array, pattern: string): void {
  for (let i = 0; i < pattern.length; i++) {
    if (places[i] === 1 && (pattern[i] === STAR || pattern[i] === PERCENT)) places[i + 1] = 1;
  }
}
