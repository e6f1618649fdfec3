/**
 * Content-Transfer-Encoding (RFC 2045 §6): decoders fed by pieces cut anywhere, and the encoders
 * for what we write ourselves.
 *
 * Decoders never fail: characters outside the alphabet are passed over (§6.8), a broken "=" in
 * quoted-printable stands for itself (§6.7, note 4 of the robustness rules).
 */

export interface TransferDecoder {
  push(octets: Buffer): Buffer;
  /** What was held back. */
  finish(): Buffer;
}

const EMPTY = Buffer.alloc(0);

/** The decoder for an encoding's name (lower case), or null when we do not know it. */
export function transferDecoder(encoding: string): TransferDecoder | null {
  if (encoding === "base64") return new Base64Decoder();
  if (encoding === "quoted-printable") return new QuotedPrintableDecoder();
  if (["7bit", "8bit", "binary", ""].includes(encoding)) return IDENTITY;
  return null;
}

const IDENTITY: TransferDecoder = { push: (octets) => octets, finish: () => EMPTY };

const PAD = 0x3d;
const ALPHABET = new Uint8Array(256);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") {
  ALPHABET[char.charCodeAt(0)] = 1;
}

/** Groups of four; padding ends a group, and another text may follow it (joined base64). */
class Base64Decoder implements TransferDecoder {
  #held = "";

  push(octets: Buffer): Buffer {
    const kept = Buffer.allocUnsafe(octets.length);
    let length = 0;
    let padded = false;
    for (const byte of octets) {
      if (ALPHABET[byte] === 0) continue;
      if (byte === PAD) padded = true;
      kept[length++] = byte;
    }
    const text = this.#held + kept.toString("latin1", 0, length);
    if (padded) return this.#padded(text);
    const whole = text.length - (text.length % 4);
    this.#held = text.slice(whole);
    return Buffer.from(text.slice(0, whole), "base64");
  }

  finish(): Buffer {
    const rest = this.#held;
    this.#held = "";
    return Buffer.from(rest, "base64");
  }

  #padded(text: string): Buffer {
    const groups = text.split(/=+/);
    const last = groups.pop() ?? "";
    const whole = last.length - (last.length % 4);
    this.#held = last.slice(whole);
    const ended = groups.map((group) => Buffer.from(group, "base64"));
    return Buffer.concat([...ended, Buffer.from(last.slice(0, whole), "base64")]);
  }
}

const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const TAB = 0x09;
/** White space before a line end is dropped (§6.7 rule 3); a run this long is kept, to hold little. */
const MAX_HELD = 1_000;

class QuotedPrintableDecoder implements TransferDecoder {
  /** Octets whose meaning depends on what comes next: "=", "=4", "= ", white space, CR. */
  #held: Buffer = EMPTY;

  push(octets: Buffer): Buffer {
    return this.#decode(octets, false);
  }

  finish(): Buffer {
    return this.#decode(EMPTY, true);
  }

  #decode(octets: Buffer, last: boolean): Buffer {
    const input = this.#held.length > 0 ? Buffer.concat([this.#held, octets]) : octets;
    this.#held = EMPTY;
    const out = Buffer.allocUnsafe(input.length);
    let length = 0;
    for (let at = 0; at < input.length;) {
      const byte = input[at] ?? 0;
      if (byte !== PAD && byte !== SP && byte !== TAB) {
        out[length++] = byte;
        at++;
        continue;
      }
      const found = byte === PAD ? escapeAt(input, at) : spaceAt(input, at);
      if (found === null && !last && input.length - at <= MAX_HELD) {
        this.#held = Buffer.from(input.subarray(at));
        break;
      }
      const { end, octet, keep } = found ?? restAt(input, at, last);
      if (octet >= 0) out[length++] = octet;
      else if (keep) length += input.copy(out, length, at, end);
      at = end;
    }
    return out.subarray(0, length);
  }
}

interface Found {
  readonly end: number;
  /** The octet meant, or -1. */
  readonly octet: number;
  /** The octets stand for themselves. */
  readonly keep: boolean;
}

/** What the "=" at `at` means; null when the input ends too early to know. */
function escapeAt(input: Buffer, at: number): Found | null {
  const high = input[at + 1];
  const low = input[at + 2];
  if (high === undefined) return null;
  const first = hexValue(high);
  if (first >= 0) {
    if (low === undefined) return null;
    const second = hexValue(low);
    if (second >= 0) return { end: at + 3, octet: first * 16 + second, keep: false };
    return { end: at + 1, octet: -1, keep: true };
  }
  const end = lineEndAfter(input, at + 1);
  if (end === null) return null;
  return end > 0 ? { end, octet: -1, keep: false } : { end: at + 1, octet: -1, keep: true };
}

/** What cannot wait: at the end of the text a soft line break or white space is dropped. */
function restAt(input: Buffer, at: number, last: boolean): Found {
  const escape = input[at] === PAD && hexValue(input[at + 1] ?? 0) >= 0;
  return { end: input.length, octet: -1, keep: !last || escape };
}

/** White space is dropped before a line end and kept elsewhere. */
function spaceAt(input: Buffer, at: number): Found | null {
  let end = at;
  while (input[end] === SP || input[end] === TAB) end++;
  const lineEnd = lineEndAfter(input, at);
  return lineEnd === null ? null : { end, octet: -1, keep: lineEnd === 0 };
}

/** Behind white space: the offset after a line end, 0 when there is none, null when it is cut off. */
function lineEndAfter(input: Buffer, from: number): number | null {
  let at = from;
  while (input[at] === SP || input[at] === TAB) at++;
  if (input[at] === LF) return at + 1;
  if (input[at] === CR) {
    if (at + 1 >= input.length) return null;
    return input[at + 1] === LF ? at + 2 : 0;
  }
  return at >= input.length ? null : 0;
}

/** §6.7 wants capitals; small letters are read too. */
function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

/** Lines of 76 characters with CRLF (§6.8). */
export function encodeBase64(octets: Buffer): string {
  const lines = octets.toString("base64").match(/.{1,76}/g) ?? [];
  return lines.map((line) => `${line}\r\n`).join("");
}

/** UTF-8 text with line ends of any kind, as quoted-printable lines of at most 76 characters. */
export function encodeQuotedPrintable(text: string): string {
  return text.split(/\r?\n/).map(encodeLine).join("\r\n");
}

function encodeLine(line: string): string {
  const lines: string[] = [];
  let current = "";
  const octets = Buffer.from(line);
  for (const [at, byte] of octets.entries()) {
    const unit = encodeOctet(byte, at === octets.length - 1);
    if (current.length + unit.length > 75) {
      lines.push(`${current}=`);
      current = "";
    }
    current += unit;
  }
  return [...lines, current].join("\r\n");
}

/** "From " and "." at a line's start are escaped nowhere: transports of today carry them. */
function encodeOctet(byte: number, atEnd: boolean): string {
  const plain =
    (byte > SP && byte < 0x7f && byte !== PAD) || ((byte === SP || byte === TAB) && !atEnd);
  return plain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
