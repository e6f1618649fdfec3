/**
 * DKIM "relaxed" body canonicalization, as a stream into a SHA-256: RFC 6376 §3.4.4, §3.7.
 *
 * Runs of white space become one space, white space before a line end and empty lines at the end of
 * the body go away. Only CRLF ends a line; a bare CR or LF is content (the servers refuse them anyway).
 * Nothing is held but a count: a body of nothing but line ends costs no memory.
 */
import { createHash } from "node:crypto";

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

const LINE_ENDS = Buffer.from("\r\n".repeat(4096));

export class RelaxedBodyHash {
  readonly #hash = createHash("sha256");
  #out = Buffer.alloc(0);
  #length = 0;
  #lineEnds = 0;
  #space = false;
  #cr = false;
  #empty = true;

  update(chunk: Buffer): void {
    this.#reserve(chunk.length);
    for (const byte of chunk) {
      if (this.#cr) {
        this.#cr = false;
        if (byte === LF) {
          this.#space = false;
          this.#lineEnds++;
          continue;
        }
        this.#content(CR);
      }
      if (byte === CR) this.#cr = true;
      else if (byte === SPACE || byte === TAB) this.#space = true;
      else this.#content(byte);
    }
    this.#drain();
  }

  /** The hash, base64, as `bh=` says it. An empty body hashes as nothing at all (§3.4.4). */
  digest(): string {
    this.#reserve(0);
    if (this.#cr) this.#content(CR);
    this.#drain();
    if (!this.#empty) this.#hash.update("\r\n");
    return this.#hash.digest("base64");
  }

  #content(byte: number): void {
    if (this.#lineEnds > 0) this.#writeLineEnds();
    if (this.#space) this.#out[this.#length++] = SPACE;
    this.#space = false;
    this.#out[this.#length++] = byte;
    this.#empty = false;
  }

  /** Line ends may have gathered over many chunks: they pass around the buffer. */
  #writeLineEnds(): void {
    this.#drain();
    for (let left = this.#lineEnds * 2; left > 0; left -= LINE_ENDS.length) {
      this.#hash.update(left < LINE_ENDS.length ? LINE_ENDS.subarray(0, left) : LINE_ENDS);
    }
    this.#lineEnds = 0;
  }

  /** A chunk yields at most its own bytes and a CR and a space that an earlier chunk kept back. */
  #reserve(bytes: number): void {
    if (this.#out.length < bytes + 4) this.#out = Buffer.allocUnsafe(bytes + 4);
  }

  #drain(): void {
    if (this.#length > 0) this.#hash.update(this.#out.subarray(0, this.#length));
    this.#length = 0;
  }
}
