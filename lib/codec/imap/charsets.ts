/**
 * Charsets of SEARCH strings: RFC 9051 §6.4.4. US-ASCII and UTF-8 must be known; the rest is what
 * iconv-lite knows. Bytes that are not in the charset are a syntax error, not question marks.
 */
import iconv from "iconv-lite";
import { ImapSyntaxError, UnknownCharsetError } from "./syntax-error.ts";

/** What a BADCHARSET answer lists: enough for any client. */
export const LISTED_CHARSETS = ["US-ASCII", "UTF-8", "ISO-8859-1"] as const;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 bytes as text; throws ImapSyntaxError for anything else, NUL included. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ImapSyntaxError("Text is not valid UTF-8");
  }
}

/** A decoder for the named charset. Throws UnknownCharsetError, which says for what. */
export function charsetDecoder(
  name: string,
  use: { readonly saves?: boolean } = {},
): (bytes: Buffer) => string {
  const lower = name.toLowerCase();
  if (lower === "utf-8" || lower === "utf8") return decodeUtf8;
  if (lower === "us-ascii" || lower === "ascii") return decodeAscii;
  if (!iconv.encodingExists(name) || NOT_CHARSETS.test(lower)) throw new UnknownCharsetError(use);
  return (bytes) => {
    const text = iconv.decode(bytes, name);
    if (text.includes("\ufffd")) throw new ImapSyntaxError("Text is not in the charset named");
    return text;
  };
}

/** Names that iconv-lite takes for Node's own encodings. */
const NOT_CHARSETS = /^(base64|hex|binary|internal|utf7imap|utf-7-imap)/;

function decodeAscii(bytes: Buffer): string {
  if (bytes.some((byte) => byte > 0x7f)) throw new ImapSyntaxError("Text is not US-ASCII");
  return bytes.toString("latin1");
}
