/**
 * Responses: RFC 9051 §7 and §9. Chainable; a response reads like its ABNF:
 *
 *   new Encoder().untagged("LIST").sp().flags(["\\HasNoChildren"]).sp().string("/") …
 *
 * Text is gathered as one string; octets that are streamed stand between as `OctetStream`, so that
 * the body of a message is never held: the writer pulls it while it sends (engine/imap/output.ts).
 * Strings leave quoted when every client can read them so, else as literals with their length in octets.
 */
import { ATOM_CHAR, ASTRING_CHAR, consistsOf } from "./chars.ts";
import { MAX_QUOTED } from "./limits.ts";
import { encodeUtf7 } from "./utf7.ts";

/** Exactly `size` octets, read when they are sent. */
export interface OctetStream {
  readonly size: number;
  open(): AsyncIterable<Buffer>;
}

export type Piece = string | Buffer | OctetStream;

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** QUOTED-CHAR without controls; with UTF-8 any scalar value but C1 controls (RFC 9051 §9). */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

export class Encoder {
  readonly #utf8: boolean;
  readonly #pieces: Piece[] = [];
  #text = "";

  constructor(options: { utf8?: boolean } = {}) {
    this.#utf8 = options.utf8 ?? false;
  }

  /** Text that is already in the grammar. */
  raw(text: string): this {
    this.#text += text;
    return this;
  }

  /** "* " and a name. */
  untagged(name: string): this {
    return this.raw(`* ${name}`);
  }

  sp(): this {
    return this.raw(" ");
  }

  number(value: number): this {
    return this.raw(String(value));
  }

  nil(): this {
    return this.raw("NIL");
  }

  atom(text: string): this {
    return consistsOf(text, ATOM_CHAR) ? this.raw(text) : this.string(text);
  }

  astring(text: string): this {
    return consistsOf(text, ASTRING_CHAR) ? this.raw(text) : this.string(text);
  }

  /** Quoted when short and printable, else a literal in UTF-8. */
  string(text: string): this {
    const printable = this.#utf8 ? PRINTABLE : PRINTABLE_ASCII;
    if (text.length <= MAX_QUOTED && printable.test(text))
      return this.raw(`"${text.replace(/["\\]/g, "\\$&")}"`);
    return this.literal(Buffer.from(text.replaceAll("\0", ""), "utf8"));
  }

  nstring(text: string | null): this {
    return text === null ? this.nil() : this.string(text);
  }

  /** Octets of any kind: quoted when short and printable, else a literal, a literal8 with NULs (RFC 3516). */
  octets(bytes: Buffer): this {
    const text = bytes.toString("latin1");
    if (bytes.length <= MAX_QUOTED && PRINTABLE_ASCII.test(text)) return this.string(text);
    return this.raw(bytes.includes(0) ? "~" : "").literal(bytes);
  }

  /** A literal held in memory. */
  literal(bytes: Buffer): this {
    this.raw(`{${bytes.length}}\r\n`);
    return this.#piece(bytes);
  }

  /** A literal that is read while it is sent; `binary` makes it a literal8 (RFC 3516). */
  literalStream(stream: OctetStream, binary = false): this {
    this.raw(`${binary ? "~" : ""}{${stream.size}}\r\n`);
    return this.#piece(stream);
  }

  #piece(piece: Piece): this {
    this.#pieces.push(this.#text, piece);
    this.#text = "";
    return this;
  }

  /** Octets as they go on the wire, in the grammar already: what another encoder has made. */
  wire(octets: Buffer): this {
    return this.#piece(octets);
  }

  /** A name in the session's spelling: UTF-8 or modified UTF-7. */
  mailbox(name: string): this {
    const wire = this.#utf8 ? name : encodeUtf7(name);
    // "NIL" is a good name for a mailbox and a bad astring to read back.
    return /^nil$/i.test(wire) ? this.string(wire) : this.astring(wire);
  }

  /** Flags and mailbox attributes in parentheses: ours, or checked when they were stored. */
  flags(names: readonly string[]): this {
    return this.raw(`(${names.join(" ")})`);
  }

  list<T>(items: readonly T[], item: (encoder: this, value: T) => void): this {
    this.raw("(");
    items.forEach((value, index) => {
      if (index > 0) this.sp();
      item(this, value);
    });
    return this.raw(")");
  }

  /** The response with its CRLF; the encoder is spent. */
  crlf(): Piece[] {
    return this.raw("\r\n").pieces();
  }

  /** The beginning of a response; the encoder is spent. */
  pieces(): Piece[] {
    const pieces = [...this.#pieces, this.#text];
    this.#text = "";
    return pieces.filter((piece) => piece !== "");
  }
}

/** One buffer, filled once: `Buffer.concat` would want each text as a buffer of its own first. */
export function joined(pieces: readonly Piece[]): Buffer {
  if (!pieces.every(isInMemory)) throw new Error("A stream takes its time");
  let size = 0;
  for (const piece of pieces) size += Buffer.byteLength(piece);
  const all = Buffer.allocUnsafe(size);
  let at = 0;
  for (const piece of pieces)
    at += typeof piece === "string" ? all.write(piece, at) : piece.copy(all, at);
  return all;
}

function isInMemory(piece: Piece): piece is string | Buffer {
  return typeof piece === "string" || Buffer.isBuffer(piece);
}

/** Human text of a response: one line, printable, whatever came in. */
export function responseText(text: string): string {
  const clean = text.replace(/[^\x20-\x7e]+/g, " ").trim();
  return clean === "" ? "." : clean;
}
