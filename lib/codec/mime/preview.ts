/**
 * The first readable words of a message, gathered while it streams by: RFC 8970 (IMAP PREVIEW) and
 * the console's lists. text/plain is preferred; text/html serves when there is none.
 *
 * Holds a bounded sample of one part of each kind, never a body.
 */
import { charsetDecoder, decodeCharset } from "./charset.ts";
import { htmlToText } from "./html-text.ts";
import { paramValue } from "./params.ts";
import type { Part } from "./structure.ts";
import { clip } from "./text.ts";
import { transferDecoder, type TransferDecoder } from "./transfer.ts";

/** RFC 8970 §3.2: at most 256 characters, 200 asked for. */
const PREVIEW_LENGTH = 200;
/** Octets after transfer decoding; HTML needs more, since style sheets come first. */
const PLAIN_SAMPLE = 4 * 1024;
const HTML_SAMPLE = 64 * 1024;

type Leaf = Pick<Part, "type" | "subtype" | "params" | "encoding" | "disposition">;

export class PreviewSampler {
  #plain: Sample | null = null;
  #html: Sample | null = null;
  #current: Sample | null = null;

  /** A leaf part starts; `inner` when it lies in a message inside the message. */
  startPart(part: Leaf, inner: boolean): void {
    this.#current = null;
    if (part.type !== "text" || part.disposition?.type === "attachment") return;
    if (part.subtype === "html") {
      if (!this.#hasText()) this.#current = this.#html = Sample.of(part, HTML_SAMPLE);
    } else if (isReadable(part.subtype) && (this.#plain?.isBlank() ?? true)) {
      if (!inner || !this.#hasText()) this.#current = this.#plain = Sample.of(part, PLAIN_SAMPLE);
    }
  }

  endPart(): void {
    this.#current = null;
  }

  /** Body octets of the current part. */
  push(octets: Buffer): void {
    if (this.#current !== null && !this.#current.push(octets)) this.#current = null;
  }

  text(): string {
    const plain = toLine(this.#plain?.text() ?? "");
    return plain !== "" ? plain : toLine(htmlToText(this.#html?.text() ?? ""));
  }

  #hasText(): boolean {
    return [this.#plain, this.#html].some((sample) => sample !== null && !sample.isBlank());
  }
}

/** Subtypes of text that read well as they are. */
function isReadable(subtype: string): boolean {
  return ["plain", "enriched", "markdown", "x-markdown"].includes(subtype);
}

/** The decoded start of one part. */
class Sample {
  readonly #decoder: TransferDecoder | null;
  readonly #charset: string;
  readonly #limit: number;
  readonly #pieces: Buffer[] = [];
  #size = 0;

  static of(part: Leaf, limit: number): Sample {
    return new Sample(part.encoding, paramValue(part.params, "charset") ?? "", limit);
  }

  private constructor(encoding: string, charset: string, limit: number) {
    this.#decoder = transferDecoder(encoding);
    this.#charset = charset;
    this.#limit = limit;
  }

  /** False once there is enough. */
  push(octets: Buffer): boolean {
    if (this.#decoder === null) return false;
    // Copied: what a decoder hands through may be the caller's buffer.
    const piece = Buffer.from(this.#decoder.push(octets.subarray(0, this.#limit * 4)));
    this.#pieces.push(piece);
    this.#size += piece.length;
    return this.#size < this.#limit;
  }

  isBlank(): boolean {
    return this.#pieces.every((piece) => piece.every((byte) => byte <= 0x20));
  }

  text(): string {
    const rest = this.#decoder?.finish() ?? Buffer.alloc(0);
    const octets = Buffer.concat([...this.#pieces, rest]).subarray(0, this.#limit);
    // The streaming decoder without its end: a character cut by the limit is not shown broken.
    const text = charsetDecoder(this.#charset).write(octets);
    return text.includes("\ufffd") ? decodeCharset(octets, this.#charset) : text;
  }
}

/** One line of words: control and invisible characters out, white space folded, rules dropped. */
function toLine(text: string): string {
  const words = text
    .toWellFormed()
    .replace(/[\u00ad\u034f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+/g, "")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/([-=_*#~.+])\1{4,}/g, "$1$1$1")
    .trim();
  return clip(words, PREVIEW_LENGTH);
}
