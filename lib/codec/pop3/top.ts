/**
 * What TOP shows of a message: its header, the empty line, and the first lines of its body
 * (RFC 1939 §7). A stream cut, not a parser: lines end at LF here, as the message was stored.
 */
const LF = 0x0a;
const CR = 0x0d;

export class TopCut {
  /** The asked part is complete: no more bytes are needed. */
  done = false;
  #inHeader = true;
  #left: number;
  /** Bytes of the unfinished line that came before, and whether they are only a CR. */
  #carried = 0;
  #onlyCr = false;

  constructor(bodyLines: number) {
    this.#left = bodyLines;
  }

  /** The part of the chunk that belongs to the answer. */
  push(chunk: Buffer): Buffer {
    let from = 0;
    while (!this.done) {
      const lf = chunk.indexOf(LF, from);
      if (lf < 0) {
        this.#carry(chunk, from);
        return chunk;
      }
      this.#endLine(this.#isEmpty(chunk, from, lf));
      from = lf + 1;
    }
    return chunk.subarray(0, from);
  }

  #endLine(empty: boolean): void {
    if (!this.#inHeader) this.#left--;
    else if (empty) this.#inHeader = false;
    this.done = !this.#inHeader && this.#left <= 0;
    this.#carried = 0;
  }

  #isEmpty(chunk: Buffer, from: number, lf: number): boolean {
    const length = this.#carried + lf - from;
    if (length > 1) return false;
    return length === 0 || (this.#carried === 1 ? this.#onlyCr : chunk[from] === CR);
  }

  #carry(chunk: Buffer, from: number): void {
    const length = chunk.length - from;
    if (length === 0) return;
    this.#onlyCr = this.#carried === 0 && length === 1 && chunk[from] === CR;
    this.#carried += length;
  }
}

/** Stops reading the source as soon as it has what was asked for. */
export async function* topOf(
  source: AsyncIterable<Buffer>,
  bodyLines: number,
): AsyncGenerator<Buffer> {
  const cut = new TopCut(bodyLines);
  for await (const chunk of source) {
    yield cut.push(chunk);
    if (cut.done) return;
  }
}
