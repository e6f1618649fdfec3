/**
 * What was said in one attempt, for the trace: every line of both sides, what we did, never a body.
 * Bounded, because the peer decides how much it says.
 */
const MAX_BYTES = 32 * 1024;
/** One line of a peer that never ends its lines. */
const MAX_LINE = 1024;

export class Transcript {
  #text = "";
  #full = false;

  sent(line: string): void {
    this.#add("C: ", line);
  }
  received(line: string): void {
    this.#add("S: ", line);
  }
  /** Something that is not on the wire: a look-up, a connection, a handshake. */
  note(text: string): void {
    this.#add("-- ", text);
  }
  toString(): string {
    return this.#text;
  }

  #add(mark: string, line: string): void {
    if (this.#full) return;
    this.#full = this.#text.length > MAX_BYTES;
    const text = this.#full ? "…" : printable(line.slice(0, MAX_LINE));
    this.#text += `${mark}${text}\n`;
  }
}

const printable = (line: string) => line.replace(/[\0-\x1f\x7f-\x9f]/g, "\ufffd");
