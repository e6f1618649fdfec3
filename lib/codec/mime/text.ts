/**
 * Header octets as text. Since RFC 6532 a header is UTF-8; older mail holds any 8-bit charset
 * without saying which, and such octets are shown as ISO-8859-1 rather than lost.
 *
 * The result has no NUL and no lone surrogate, so that JSON columns take it.
 */
import { isUtf8 } from "node:buffer";

export function textOf(octets: Buffer): string {
  const text = isUtf8(octets) ? octets.toString("utf8") : octets.toString("latin1");
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}

/** RFC 5322 §2.2.3: takes the line ends of a folded value out, and the white space around it. */
export function unfold(text: string): string {
  return text
    .replace(/\r?\n(?=[ \t])/g, "")
    .replace(/[\r\n]+/g, " ")
    .trim();
}

/** The first `limit` characters, never half of a surrogate pair. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit);
}
