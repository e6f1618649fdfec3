/**
 * Octets in a named charset to text. Never throws: what a charset does not know becomes U+FFFD, and
 * a charset that nobody knows is read as UTF-8 when it is valid UTF-8, else as windows-1252, which
 * is what unlabelled 8-bit mail mostly is.
 */
import { isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import { Utf7Decoder } from "./utf-7.ts";

/** Long enough for any registered name (RFC 2978 §2.3 allows 40), short enough to ignore others. */
const MAX_LABEL = 64;

/** Labels that promise less than the octets after them usually hold. */
const UNSPOKEN = new Set([
  "",
  "us-ascii",
  "ascii",
  "unknown",
  "unknown-8bit",
  "x-unknown",
  "default",
  "binary",
]);

/** iconv-lite is too slow at these (utf-7.ts), and takes the UTF-7 of mailbox names for a charset. */
const UTF_7 = new Set(["utf7", "unicode11utf7", "csutf7", "csunicode11utf7"]);
const NO_CHARSET = new Set(["utf7imap"]);

export interface CharsetDecoder {
  write(octets: Buffer): string;
  end(): string;
}

/** True when `decodeCharset` knows the charset by that name. */
export function knownCharset(label: string): boolean {
  const name = canonical(label);
  return UNSPOKEN.has(name) || pieceDecoder(name) !== null;
}

/** The whole of a text at once. */
export function decodeCharset(octets: Buffer, label: string): string {
  const name = canonical(label);
  const decoder = UNSPOKEN.has(name) ? null : pieceDecoder(name);
  if (decoder === null) return guess(octets);
  return (decoder.write(octets) + decoder.end()).toWellFormed();
}

/** The same by pieces, cut anywhere. Without a label it reads UTF-8. */
export function charsetDecoder(label: string): CharsetDecoder {
  const name = canonical(label);
  const decoder = UNSPOKEN.has(name) ? null : pieceDecoder(name);
  return decoder ?? byWeb(webDecoder(name) ?? new TextDecoder("utf-8"));
}

function pieceDecoder(name: string): CharsetDecoder | null {
  const bare = name.replace(/[^0-9a-z]/g, "");
  if (UTF_7.has(bare)) return new Utf7Decoder();
  if (NO_CHARSET.has(bare)) return null;
  if (iconv.encodingExists(name)) {
    const decoder = iconv.getDecoder(name);
    return { write: (octets) => decoder.write(octets), end: () => decoder.end() ?? "" };
  }
  const decoder = webDecoder(name);
  return decoder && byWeb(decoder);
}

function byWeb(decoder: TextDecoder): CharsetDecoder {
  return {
    write: (octets) => decoder.decode(octets, { stream: true }),
    end: () => decoder.decode(),
  };
}

/** As browsers do, Latin-1 is read as windows-1252: what would be a control character is a quote. */
function canonical(label: string): string {
  const name = label.length > MAX_LABEL ? "" : label.trim().toLowerCase();
  return /^(iso[-_]?8859-1|latin1|l1)$/.test(name) ? "windows-1252" : name;
}

/** iso-2022-jp and a few more are known to ICU and not to iconv-lite. */
function webDecoder(name: string): TextDecoder | null {
  try {
    return new TextDecoder(name);
  } catch {
    return null;
  }
}

function guess(octets: Buffer): string {
  return isUtf8(octets) ? octets.toString("utf8") : iconv.decode(octets, "windows-1252");
}
