/**
 * What is looked at in every byte of an incoming message, by DATA or BDAT: RFC 5321 §2.3.8, RFC 2045 §2.8.
 *
 * BDAT without BINARYMIME carries lines like DATA does (RFC 3030 §3): a CR or LF alone in it would be
 * sent on by DATA one day, and smuggle there. A NUL has no place in mail and IMAP cannot say it in a
 * literal (RFC 9051 §4.3).
 */
import { isAscii } from "node:buffer";

const CR = 13;
const LF = 10;

export class ContentCheck {
  bareLineEnd = false;
  nul = false;
  eightBit = false;
  #afterCr = false;

  /** The next bytes, however cut. */
  push(piece: Buffer): void {
    this.nul ||= piece.includes(0);
    this.eightBit ||= !isAscii(piece);
    if (!this.bareLineEnd) this.#lineEnds(piece);
  }

  /** No more bytes: a CR that waits for its LF waits in vain. */
  end(): void {
    if (this.#afterCr) this.bareLineEnd = true;
  }

  #lineEnds(piece: Buffer): void {
    let at = 0;
    if (this.#afterCr && piece.length > 0) {
      if (piece[0] !== LF) this.bareLineEnd = true;
      this.#afterCr = false;
      at = 1;
    }
    while (at < piece.length && !this.bareLineEnd) {
      const lf = piece.indexOf(LF, at);
      const cr = piece.indexOf(CR, at);
      if (lf < 0 && cr < 0) return;
      if (cr === piece.length - 1 && lf < 0) {
        this.#afterCr = true;
        return;
      }
      if (lf !== cr + 1 || cr < 0) this.bareLineEnd = true;
      at = lf + 1;
    }
  }
}
