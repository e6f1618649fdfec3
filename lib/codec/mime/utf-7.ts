/**
 * UTF-7 to text: RFC 2152, by pieces cut anywhere. Never fails: an octet above 127 becomes U+FFFD, bits that are
 * left over are dropped.
 *
 * Of our own, because iconv-lite makes a decoder for each run of base64: 25 MB of short runs took it ten
 * seconds. Not the modified UTF-7 of mailbox names (lib/codec/imap/utf7.ts), which no message may use.
 */
const PLUS = 0x2b;
const MINUS = 0x2d;
const REPLACEMENT = 0xfffd;
const NONE = 0xff;

/** Values of the base64 alphabet (RFC 4648 §4) by octet. */
const VALUES = new Uint8Array(256).fill(NONE);
for (const [value, char] of [
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
].entries())
  VALUES[char.charCodeAt(0)] = value;

export class Utf7Decoder {
  #inside = false;
  /** Nothing has come after "+" yet: "+-" is a plus sign. */
  #fresh = false;
  #bits = 0;
  /** So many of them, fewer than 16 between octets. */
  #held = 0;

  write(octets: Buffer): string {
    const units = new Uint16Array(octets.length);
    let count = 0;
    for (const octet of octets) {
      const unit = this.#inside ? this.#shifted(octet) : this.#direct(octet);
      if (unit >= 0) units[count++] = unit;
    }
    return Buffer.from(units.buffer, 0, count * 2).toString("utf16le");
  }

  end(): string {
    this.#inside = false;
    return "";
  }

  /** A UTF-16 unit, or -1. */
  #direct(octet: number): number {
    if (octet !== PLUS) return octet < 0x80 ? octet : REPLACEMENT;
    [this.#inside, this.#fresh, this.#bits, this.#held] = [true, true, 0, 0];
    return -1;
  }

  #shifted(octet: number): number {
    const value = VALUES[octet] ?? NONE;
    const fresh = this.#fresh;
    this.#fresh = false;
    if (value === NONE) {
      this.#inside = false;
      if (octet === MINUS) return fresh ? PLUS : -1;
      return this.#direct(octet);
    }
    this.#bits = ((this.#bits << 6) | value) & 0x3fffff;
    this.#held += 6;
    if (this.#held < 16) return -1;
    this.#held -= 16;
    return (this.#bits >>> this.#held) & 0xffff;
  }
}
