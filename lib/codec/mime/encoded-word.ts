/**
 * Encoded words: RFC 2047, with RFC 2231 §5 language tags.
 *
 * Decoding is for people and for searching: it accepts what mailers really send (spaces in the
 * text, words glued together, characters cut between words) and leaves alone what it cannot read.
 * Encoding writes UTF-8 in B, and only when the text needs it.
 */
import { decodeCharset } from "./charset.ts";

/** The charset part is bounded so that a run of "=?" costs no more than its length. */
const ENCODED_WORD = /=\?([^?\s]{1,64})\?([bq])\?([^?]*)\?=/gi;

/** §2: an encoded word has at most 75 characters; "=?UTF-8?B?" and "?=" take twelve. */
const MAX_WORD_OCTETS = Math.floor((75 - 12) / 4) * 3;

interface Word {
  readonly charset: string;
  readonly octets: Buffer;
}

/** Text with its encoded words decoded. */
export function decodeWords(text: string): string {
  if (!text.includes("=?")) return text;
  let out = "";
  let last = 0;
  let run: Word[] = [];
  for (const match of text.matchAll(ENCODED_WORD)) {
    const between = text.slice(last, match.index);
    // §6.2: white space between two encoded words is not shown.
    if (run.length === 0 || between.trim() !== "") {
      out += decodeRun(run) + between;
      run = [];
    }
    run.push(readWord(match[1] ?? "", match[2] ?? "", match[3] ?? ""));
    last = match.index + match[0].length;
  }
  return out + decodeRun(run) + text.slice(last);
}

function readWord(label: string, encoding: string, text: string): Word {
  const charset = label.replace(/\*.*$/s, "").toLowerCase();
  const octets = /^b$/i.test(encoding) ? Buffer.from(text, "base64") : decodeQ(text);
  return { charset, octets };
}

/**
 * Words of one charset are joined before decoding: mailers cut characters between words. Not those
 * that shift (ISO-2022-JP): every word starts anew, and shifts that meet are an error to decoders.
 */
function decodeRun(run: readonly Word[]): string {
  let out = "";
  for (let at = 0; at < run.length;) {
    const charset = run[at]?.charset ?? "";
    const same: Buffer[] = [run[at++]?.octets ?? Buffer.alloc(0)];
    const joins = !charset.startsWith("iso-2022");
    for (; joins && run[at]?.charset === charset; at++)
      same.push(run[at]?.octets ?? Buffer.alloc(0));
    out += decodeCharset(Buffer.concat(same), charset);
  }
  return out;
}

/** §4.2: "_" is a space whatever the charset says; other characters stand for themselves. */
function decodeQ(text: string): Buffer {
  const raw = text.replaceAll("_", " ");
  const octets = Buffer.from(raw, "utf8").toString("latin1");
  const plain = octets.replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(plain, "latin1");
}

/** Unstructured text (a Subject) for a header that must be ASCII. */
export function encodeText(text: string): string {
  return /^[\t -~]*$/.test(text) && !text.includes("=?") ? text : encodeWords(text);
}

/** A display name (RFC 5322 `phrase`): as atoms, as a quoted string, or as encoded words. */
export function encodePhrase(text: string): string {
  if (!/^[ -~]*$/.test(text) || text.includes("=?")) return encodeWords(text);
  if (/^[\w!#$%&'*+/=?^`{|}~-]+( [\w!#$%&'*+/=?^`{|}~-]+)*$/.test(text)) return text;
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function encodeWords(text: string): string {
  const words: string[] = [];
  let piece = "";
  for (const char of text.toWellFormed()) {
    if (Buffer.byteLength(piece + char) > MAX_WORD_OCTETS) {
      words.push(piece);
      piece = "";
    }
    piece += char;
  }
  if (piece !== "") words.push(piece);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join(" ");
}
