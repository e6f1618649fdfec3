/**
 * What the SMTP grammar is read with: one scanner, one error, and xtext (RFC 3461 §4).
 *
 * Pure. The engine turns a SyntaxFault into a reply; its text is shown to the peer.
 */

/**
 * `syntax`: the words are wrong. `parameter`: a parameter that we do not know or a value that we do
 * not offer (RFC 5321 §4.1.1.11). `utf8`: an address that needs SMTPUTF8 (RFC 6531 §3.5).
 */
export type Fault = "syntax" | "parameter" | "utf8";

export class SyntaxFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, text: string) {
    super(text);
    this.name = "SyntaxFault";
    this.fault = fault;
  }
}

export const syntax = (text: string) => new SyntaxFault("syntax", text);

/** Reads a string from the left. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Takes `word` if it stands here, in any case. */
  skip(word: string): boolean {
    const here = this.text.slice(this.at, this.at + word.length);
    if (here.toUpperCase() !== word.toUpperCase()) return false;
    this.at += word.length;
    return true;
  }

  /** Takes what a sticky (`y`) pattern matches here, or nothing. */
  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return null;
    this.at += found[0].length;
    return found[0];
  }
}

const XTEXT = /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/;

/**
 * RFC 3461 §4: "+" and two upper-case hex digits stand for one octet. Null when it is not xtext, or
 * when it hides anything but printable ASCII: what is decoded ends up in header fields of a notice,
 * where "+0D+0A" would start a new one.
 */
export function decodeXtext(text: string): string | null {
  if (!XTEXT.test(text)) return null;
  const plain = text.replace(/\+(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return /^[ -~]*$/.test(plain) ? plain : null;
}

export function encodeXtext(text: string): string {
  return Buffer.from(text)
    .toString("latin1")
    .replace(
      /[^!-*,-<>-~]/g,
      (c) => `+${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
    );
}
