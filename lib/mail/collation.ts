/**
 * i;unicode-casemap: RFC 5051, the collation of SEARCH, SORT and THREAD (RFC 5255 §4.2, RFC 5256 §2.2).
 *
 * Text is prepared (every character in its simple title case, then decomposed) and compared by code
 * point, which is the order of its UTF-8 octets. "ß" has no simple title case: it is itself, not "SS".
 */

const ASCII = /^[\0-\x7f]*$/;
/** Characters that title case may change; runs of ASCII letters in one piece. */
const CASED = /[a-z]+|\p{Changes_When_Titlecased}/gu;

/** Prepared for comparison. Not idempotent: what decomposition brings is not cased again (§2). */
export function caseMap(text: string): string {
  if (ASCII.test(text)) return text.toUpperCase();
  return text.replace(CASED, simpleTitleCase).normalize("NFKD");
}

/** UnicodeData.txt maps one character to one; JavaScript knows only the full mapping to upper case. */
function simpleTitleCase(text: string): string {
  const special = SPECIAL.get(text);
  if (special !== undefined) return special;
  const upper = text.toUpperCase();
  return text.length === 1 && upper.length !== 1 ? text : upper;
}

/** Where simple title case is neither the full mapping to upper case nor the character itself. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  // Digraphs have a form of their own: Dž, Lj, Nj, Dz.
  ...digraphs([0x01c4, 0x01c7, 0x01ca, 0x01f1]),
  // Greek with iota subscript keeps it: the full mapping spells it out.
  ...[0x1f80, 0x1f90, 0x1fa0].flatMap((first) =>
    Array.from({ length: 8 }, (_, at) => pair(first + at, first + at + 8)),
  ),
  pair(0x1fb3, 0x1fbc),
  pair(0x1fc3, 0x1fcc),
  pair(0x1ff3, 0x1ffc),
]);

function digraphs(firsts: readonly number[]): (readonly [string, string])[] {
  return firsts.flatMap((upper) => [0, 1, 2].map((at) => pair(upper + at, upper + 1)));
}

function pair(from: number, to: number): readonly [string, string] {
  return [String.fromCodePoint(from), String.fromCodePoint(to)];
}

/** The order of prepared texts: by code point, where JavaScript's own is by UTF-16 unit. */
export function compareMapped(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters above U+FFFF: after U+E000 to U+FFFF, not before. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
