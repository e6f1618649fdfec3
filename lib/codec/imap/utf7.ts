/**
 * Modified UTF-7 for mailbox names: RFC 3501 §5.1.3.
 *
 * Strict both ways: each name has one spelling. Refused when decoding: octets outside 0x20–0x7e,
 * an unclosed or padded shift, "&" sequences that encode printable US-ASCII, null bits that are not
 * zero, lone surrogates, NUL (which no string has, RFC 9051 §4.3), and two shifts that should have been one ("&AAo-&AAo-").
 */

/** The name in UTF-8 terms, or null when it is not modified UTF-7. */
export function decodeUtf7(text: string): string | null {
  let out = "";
  let afterShift = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return null;
    if (code !== 0x26) {
      out += text[i];
      afterShift = false;
      continue;
    }
    const end = text.indexOf("-", i);
    if (end < 0) return null;
    const shifted = text.slice(i + 1, end);
    const plain = shifted === "" ? "&" : decodeShift(shifted);
    if (plain === null || (afterShift && shifted !== "")) return null;
    out += plain;
    afterShift = shifted !== "";
    i = end;
  }
  return out;
}

function decodeShift(shifted: string): string | null {
  if (!/^[A-Za-z0-9+,]+$/.test(shifted)) return null;
  const bytes = Buffer.from(shifted.replaceAll(",", "/"), "base64");
  if (bytes.length === 0 || bytes.length % 2 !== 0) return null;
  const plain = bytes.swap16().toString("utf16le");
  if (!plain.isWellFormed() || /[\0\x20-\x7e]/.test(plain)) return null;
  return encodeShift(plain) === `&${shifted}-` ? plain : null; // only the canonical form
}

/** Any well-formed name in modified UTF-7; lone surrogates become U+FFFD. */
export function encodeUtf7(name: string): string {
  return name
    .toWellFormed()
    .replace(/&|[^\x20-\x7e]+/g, (run) => (run === "&" ? "&-" : encodeShift(run)));
}

function encodeShift(run: string): string {
  const base64 = Buffer.from(run, "utf16le").swap16().toString("base64");
  return `&${base64.replaceAll("/", ",").replace(/=+$/, "")}-`;
}
