/**
 * Dot transparency: RFC 5321 §4.5.2 (and RFC 1939 §3, which has the same rule).
 *
 * DotReader takes the bytes after our 354 and gives the message. It ends at CRLF "." CRLF and nowhere
 * else. A CR or LF alone is never a line end (§2.3.8) and never repaired: taking one for a line end
 * is what makes SMTP smuggling work (CVE-2023-51764). The reader notes it and reads on to the real
 * end, so that the message can be refused and the session stays in step.
 *
 * DotStuffer is the way out. A line end alone in what we stored (IMAP APPEND can bring one) leaves as
 * CRLF, so that we are nobody's smuggler.
 *
 * Pure: no size limit; the caller counts bytes. BDAT (RFC 3030) has no dots: see content-check.ts.
 */

const CR = 13;
const LF = 10;
const DOT = 46;

type ReaderState = "start" | "text" | "cr" | "dot" | "dotCr";

export interface DotRead {
  /** Pieces of the message; they share the chunk's memory. */
  readonly text: readonly Buffer[];
  /** Index in the chunk right after the end of the message, or -1. */
  readonly end: number;
}

export class DotReader {
  /** A CR or LF stood alone: the message must be refused. */
  bareLineEnd = false;
  #state: ReaderState = "start";

  push(chunk: Buffer): DotRead {
    const text: Buffer[] = [];
    let from = 0; // first byte not yet given out
    let at = 0;
    const give = (to: number, next: number) => {
      if (to > from) text.push(chunk.subarray(from, to));
      from = next;
    };
    while (at < chunk.length) {
      const byte = chunk[at];
      switch (this.#state) {
        case "start":
          if (byte === DOT) give(at, ++at); // dropped in either case
          this.#state = byte === DOT ? "dot" : "text";
          break;
        case "text":
          at = this.#toLineEnd(chunk, at);
          break;
        case "cr":
          if (byte === LF) at++;
          else this.bareLineEnd = true;
          this.#state = byte === LF ? "start" : "text";
          break;
        case "dot":
          if (byte === CR) give(at, ++at); // held back: perhaps the end
          this.#state = byte === CR ? "dotCr" : "text";
          break;
        case "dotCr":
          if (byte === LF) return { text, end: at + 1 };
          this.bareLineEnd = true;
          this.#state = "text";
          break;
      }
    }
    give(chunk.length, chunk.length);
    return { text, end: -1 };
  }

  /** Moves behind the next CR; every LF before it is alone. */
  #toLineEnd(chunk: Buffer, at: number): number {
    const cr = chunk.indexOf(CR, at);
    const stop = cr < 0 ? chunk.length : cr;
    const lf = this.bareLineEnd ? -1 : chunk.indexOf(LF, at);
    if (lf >= 0 && lf < stop) this.bareLineEnd = true;
    if (cr >= 0) this.#state = "cr";
    return cr < 0 ? stop : cr + 1;
  }
}

const CRLF = Buffer.from("\r\n");
const EXTRA_DOT = Buffer.from(".");

export class DotStuffer {
  #state: "start" | "text" | "cr" = "start";

  /** The chunk as it goes on the wire. */
  push(chunk: Buffer): Buffer {
    const out: Buffer[] = [];
    let from = 0;
    const insert = (at: number, bytes: Buffer) => {
      out.push(chunk.subarray(from, at), bytes);
      from = at;
    };
    let at = 0;
    while (at < chunk.length) {
      const byte = chunk[at];
      if (this.#state === "cr") {
        if (byte === LF) at++;
        else insert(at, CRLF.subarray(1)); // the CR was alone
        this.#state = "start";
      } else if (this.#state === "start" && byte === DOT) {
        insert(at++, EXTRA_DOT);
        this.#state = "text";
      } else if (byte === LF) {
        insert(at++, CRLF.subarray(0, 1));
        this.#state = "start";
      } else {
        at = this.#toLineEnd(chunk, at);
      }
    }
    if (out.length === 0) return chunk;
    return Buffer.concat([...out, chunk.subarray(from)]);
  }

  /** What closes the message: its last line end if missing, and the dot. */
  end(): Buffer {
    const missing = { start: "", text: "\r\n", cr: "\n" }[this.#state];
    this.#state = "start";
    return Buffer.from(`${missing}.\r\n`);
  }

  /** Moves to the next LF, or behind the next CR, whichever comes first. */
  #toLineEnd(chunk: Buffer, at: number): number {
    const cr = chunk.indexOf(CR, at);
    const stop = cr < 0 ? chunk.length : cr;
    const lf = chunk.subarray(at, stop).indexOf(LF);
    this.#state = lf < 0 && cr >= 0 ? "cr" : "text";
    if (lf >= 0) return at + lf;
    return cr < 0 ? stop : cr + 1;
  }
}

/** A message as DATA or RETR sends it, closing dot included. */
export async function* dotStuff(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stuffer = new DotStuffer();
  for await (const chunk of source) yield stuffer.push(chunk);
  yield stuffer.end();
}
