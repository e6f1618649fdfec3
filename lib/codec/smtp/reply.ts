/**
 * Replies: RFC 5321 §4.2, enhanced status codes RFC 2034 and RFC 3463.
 *
 * Formatting makes any text harmless (no control characters) and keeps lines within 512 octets.
 * Reading (for the client) is strict about the shape: one code through all lines.
 */

/** §4.5.3.1.5: octets, CRLF counted. */
const MAX_REPLY_LINE = 512;
/** Nobody says more in one reply; a server that does is not let to fill our memory. */
const MAX_REPLY_LINES = 200;

export interface Reply {
  readonly code: number;
  readonly enhanced: string | null;
  readonly lines: readonly string[];
}

/** The enhanced code stands on every line (RFC 2034 §4); greeting, EHLO and 3yz have none. */
export function formatReply({ code, enhanced, lines }: Reply): string {
  const start = enhanced === null ? "" : `${enhanced} `;
  const room = MAX_REPLY_LINE - 2 - 4 - start.length;
  const texts = lines.flatMap((line) => wrap(harmless(line), room));
  const last = texts.length - 1;
  return texts.map((text, i) => `${code}${i === last ? " " : "-"}${start}${text}\r\n`).join("");
}

const harmless = (text: string) => text.replace(/[\0-\x1f\x7f-\x9f]+/g, " ");

/** Cuts at spaces where it can. */
function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (Buffer.byteLength(rest) > room) {
    // Four octets are the most that one character takes.
    const limit = rest.length > room ? room : rest.length;
    const part = Buffer.byteLength(rest.slice(0, limit)) > room ? Math.floor(room / 4) : limit;
    const space = rest.lastIndexOf(" ", part);
    const cut = space > 0 ? space : part;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}

export class BadReply extends Error {}

const LINE = /^([2-5][0-5][0-9])(?:([ -])(.*))?$/s;
const ENHANCED = /^([245]\.\d{1,3}\.\d{1,3})(?: |$)/;

/** Reads a reply line by line, as a client receives it. */
export class ReplyReader {
  #code = 0;
  #enhanced: string | null = null;
  #lines: string[] = [];

  /** Takes one line without CRLF; answers the reply when it was the last. */
  push(line: string): Reply | null {
    const found = LINE.exec(line);
    const code = Number(found?.[1]);
    if (!found || (this.#lines.length > 0 && code !== this.#code)) {
      throw new BadReply(`Malformed reply: ${harmless(line.slice(0, 100))}`);
    }
    if (this.#lines.length >= MAX_REPLY_LINES) throw new BadReply("Endless reply");
    this.#add(code, found[3] ?? "");
    if (found[2] === "-") return null;
    const reply = { code, enhanced: this.#enhanced, lines: this.#lines };
    this.#lines = [];
    this.#enhanced = null;
    return reply;
  }

  #add(code: number, text: string): void {
    // Believed only when its class is that of the code (RFC 2034 §4).
    const enhanced = ENHANCED.exec(text)?.[1];
    const fits = enhanced !== undefined && enhanced[0] === String(code)[0];
    if (fits) this.#enhanced ??= enhanced;
    this.#code = code;
    this.#lines.push(fits ? text.slice(enhanced.length + 1) : text);
  }
}
