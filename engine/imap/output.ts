/**
 * What a session says: text is gathered and leaves in large pieces, octets of messages are pulled
 * from the store while they are sent, at the pace of the socket. Memory: two chunks of octets.
 *
 * Whoever has much to say from memory lets others have their turn whenever a piece has left: a socket with
 * room takes it at once, and nothing else would interrupt.
 *
 * A stream that does not yield the octets that its literal promised cannot be mended: the connection
 * is cut, for the client would take what follows for part of the message.
 */
import { Encoder, joined, responseText } from "../../lib/codec/imap/encoder.ts";
import type { OctetStream, Piece } from "../../lib/codec/imap/encoder.ts";
import type { Connection } from "../net/types.ts";
import { OUTPUT_CHUNK } from "./limits.ts";
import { Turns } from "./turns.ts";

export class Output {
  readonly #connection: Connection;
  #text = "";
  /** What comes before the text: literals, and what stood between them. */
  #pieces: (string | Buffer)[] = [];
  #pieceOctets = 0;
  readonly #turns = new Turns();
  /** Strings and mailbox names leave as UTF-8 (ENABLE UTF8=ACCEPT, IMAP4rev2). */
  utf8 = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  encoder(): Encoder {
    return new Encoder({ utf8: this.utf8 });
  }

  /** One line, already in the grammar. It leaves with the next flush. */
  line(text: string): void {
    this.#text += `${text}\r\n`;
  }

  /** A response without streams, for where nothing may be awaited. */
  text(pieces: readonly Piece[]): void {
    this.#text += pieces.map(String).join("");
  }

  /** An untagged status response: "* OK [CODE] text". */
  status(kind: "OK" | "NO" | "BAD" | "BYE", text: string, code: string | null = null): void {
    this.line(`* ${kind} ${code === null ? "" : `[${code}] `}${responseText(text)}`);
  }

  /** There is enough to send: callers that write many lines flush then. */
  get full(): boolean {
    return this.#text.length + this.#pieceOctets >= OUTPUT_CHUNK;
  }

  async flush(): Promise<void> {
    const { full } = this;
    const pieces = this.#pieces;
    const text = this.#text;
    [this.#pieces, this.#pieceOctets, this.#text] = [[], 0, ""];
    if (pieces.length > 0) await this.#connection.write(joined([...pieces, text]));
    else if (text !== "") await this.#connection.write(text);
    if (full && this.#turns.due) await this.#turns.give();
  }

  /** A response whose literals are in memory; it leaves with the next flush. */
  put(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      if (typeof piece === "string") this.#text += piece;
      else if (Buffer.isBuffer(piece)) this.#gather(piece);
      else throw new Error("A stream takes its time: send it");
    }
  }

  /** A response with its literals. Resolves when the socket has room for more. */
  async send(pieces: readonly Piece[]): Promise<void> {
    for (const piece of pieces) {
      if (typeof piece === "string") this.#text += piece;
      else await this.#octets(piece);
    }
    if (this.full) await this.flush();
  }

  #gather(piece: Buffer): void {
    this.#pieces.push(this.#text, piece);
    this.#pieceOctets += this.#text.length + piece.length;
    this.#text = "";
  }

  async #octets(piece: Buffer | OctetStream): Promise<void> {
    if (Buffer.isBuffer(piece) && piece.length < OUTPUT_CHUNK) return this.#gather(piece);
    await this.flush();
    if (Buffer.isBuffer(piece)) return this.#connection.write(piece);
    let sent = 0;
    try {
      for await (const chunk of readAhead(piece.open())) {
        sent += chunk.length;
        if (sent > piece.size) break;
        await this.#connection.write(chunk);
      }
      if (sent !== piece.size) throw new Error(`A literal of ${piece.size} octets had ${sent}`);
    } catch (error) {
      this.#connection.destroy();
      throw error;
    }
  }
}

/** Asks for the next chunk before the last one is sent. */
async function* readAhead(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    for (let next = iterator.next(); ;) {
      const result = await next;
      if (result.done) return;
      next = iterator.next();
      next.catch(() => {}); // awaited in the next turn, unless the client is gone
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}
