/**
 * Bytes received and not yet read, and the search for line ends in them.
 *
 * Only CRLF ends a line: RFC 5321 §2.3.8, RFC 9051 §2.2, RFC 1939 §3. A CR or LF alone is refused,
 * never repaired: taking one as a line end is what makes smuggling work (CVE-2023-51764).
 *
 * Pure: no socket, no time, no limit. Views that were handed out stay valid: their bytes are never
 * written over, a full buffer is left to them and a new one taken.
 */
const EMPTY = Buffer.alloc(0);
const CR = 0x0d;
const LF = 0x0a;

export type LineEnd =
  | { readonly kind: "line"; readonly length: number }
  /** A CR or LF alone; `length` bytes up to and including it. */
  | { readonly kind: "bare"; readonly length: number }
  /** No end so far; the first `scanned` bytes need not be looked at again. */
  | { readonly kind: "none"; readonly scanned: number };

export class ReceiveBuffer {
  #bytes: Buffer = EMPTY;
  #start = 0;
  #end = 0;

  get size(): number {
    return this.#end - this.#start;
  }

  append(chunk: Buffer): void {
    if (this.size === 0) return this.#adopt(chunk);
    if (this.#bytes.length - this.#end < chunk.length) this.#grow(chunk.length);
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }

  /** Puts bytes in front: what a reader took and does not want. */
  prepend(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#adopt(this.size === 0 ? bytes : Buffer.concat([bytes, this.#view()]));
  }

  /** The first bytes, at most `max`. */
  take(max: number): Buffer {
    const length = Math.min(max, this.size);
    const taken = this.#bytes.subarray(this.#start, this.#start + length);
    this.skip(length);
    return taken;
  }

  skip(length: number): void {
    this.#start += length;
    if (this.#start >= this.#end) this.clear();
  }

  clear(): void {
    this.#bytes = EMPTY;
    this.#start = 0;
    this.#end = 0;
  }

  /** The first line end at or after `scanned`; `length` of a line is without its CRLF. */
  findLineEnd(scanned: number): LineEnd {
    const view = this.#view();
    const lf = view.indexOf(LF, scanned);
    const cr = view.indexOf(CR, scanned);
    const first = lf < 0 ? cr : cr < 0 ? lf : Math.min(cr, lf);
    if (first < 0) return { kind: "none", scanned: view.length };
    if (first === lf) return { kind: "bare", length: first + 1 };
    if (first + 1 === view.length) return { kind: "none", scanned: first };
    return view[first + 1] === LF
      ? { kind: "line", length: first }
      : { kind: "bare", length: first + 1 };
  }

  /** Drops bytes up to and including the next CRLF; false when it is not there yet. */
  skipPastCrlf(): boolean {
    const view = this.#view();
    const at = view.indexOf("\r\n");
    if (at >= 0) this.skip(at + 2);
    else this.skip(view.at(-1) === CR ? view.length - 1 : view.length);
    return at >= 0;
  }

  #view(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  #adopt(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#start = 0;
    this.#end = bytes.length;
  }

  /** Doubling keeps a peer that sends single bytes from making us copy all of them each time. */
  #grow(more: number): void {
    const old = this.#view();
    const bytes = Buffer.allocUnsafe(Math.max(2 * old.length, old.length + more));
    old.copy(bytes);
    this.#adopt(bytes);
    this.#end = old.length;
  }
}
