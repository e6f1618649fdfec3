/**
 * Octets in a named charset to text. Never throws: what a charset does not know becomes U+FFFD, and
 * a charset that nobody knows is read as UTF-8 when it is valid UTF-8, else as windows-1252, which
 * is what unlabelled 8-bit mail mostly is.
 */
import { isUtf8 } from "node:buffer";
import iconv from "iconv-lite";

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

export interface CharsetDecoder {
  write(octets: Buffer): string;
  end(): string;
}

/** True when `decodeCharset` knows the charset by that name. */
export function knownCharset(label: string): boolean {
  const name = canonical(label);
  return UNSPOKEN.has(name) || iconv.encodingExists(name) || webDecoder(name) !== null;
}

/** The whole of a text at once. */
export function decodeCharset(octets: Buffer, label: string): string {
  const name = canonical(label);
  if (UNSPOKEN.has(name)) return guess(octets);
  if (iconv.encodingExists(name)) return iconv.decode(octets, name);
  return webDecoder(name)?.decode(octets) ?? guess(octets);
}

/** The same by pieces, cut anywhere. Without a label it reads UTF-8. */
export function charsetDecoder(label: string): CharsetDecoder {
  const name = canonical(label);
  if (iconv.encodingExists(name) && !UNSPOKEN.has(name)) {
    const decoder = iconv.getDecoder(name);
    return { write: (octets) => decoder.write(octets), end: () => decoder.end() ?? "" };
  }
  const decoder = webDecoder(name) ?? new TextDecoder("utf-8");
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
