/**
 * Character classes of RFC 9051 §9 as tables, built from the ABNF's own definitions: each class is
 * what the RFC subtracts from what. One byte, one look-up; bytes over 0x7f are in no class.
 */

const CTL = (byte: number) => byte <= 0x1f || byte === 0x7f;
const CHAR = (byte: number) => byte >= 0x01 && byte <= 0x7f;
const among = (set: string) => (byte: number) => set.includes(String.fromCharCode(byte));

const listWildcards = among("%*");
const quotedSpecials = among('"\\');
const respSpecials = among("]");
const atomSpecials = (byte: number) =>
  among("(){ ")(byte) ||
  CTL(byte) ||
  listWildcards(byte) ||
  quotedSpecials(byte) ||
  respSpecials(byte);

/** A class as a table of 256. */
export type CharClass = Uint8Array;

function table(belongs: (byte: number) => boolean): CharClass {
  return Uint8Array.from({ length: 256 }, (_, byte) => (belongs(byte) ? 1 : 0));
}

export const ATOM_CHAR = table((byte) => CHAR(byte) && !atomSpecials(byte));
export const ASTRING_CHAR = table((byte) => ATOM_CHAR[byte] === 1 || respSpecials(byte));
export const TAG_CHAR = table((byte) => ASTRING_CHAR[byte] === 1 && byte !== 0x2b);
export const LIST_CHAR = table(
  (byte) => ATOM_CHAR[byte] === 1 || listWildcards(byte) || respSpecials(byte),
);
export const DIGIT = table(among("0123456789"));
/** Names of FETCH items and sections: "BODY.PEEK", "RFC822.SIZE", "HEADER.FIELDS.NOT". */
export const NAME_CHAR = table(
  among("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-"),
);
export const BASE64_CHAR = table(
  among("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="),
);
/** Digits, ":", "*", "," of a sequence-set. */
export const SET_CHAR = table(among("0123456789:*,"));
/** TEXT-CHAR: CHAR except CR and LF. What may stand between quotes, escapes aside. */
export const TEXT_CHAR = table((byte) => CHAR(byte) && byte !== 0x0d && byte !== 0x0a);

/** True when every character of the text is in the class. */
export function consistsOf(text: string, charClass: CharClass): boolean {
  for (let i = 0; i < text.length; i++) {
    if (charClass[text.charCodeAt(i)] !== 1) return false;
  }
  return text.length > 0;
}
