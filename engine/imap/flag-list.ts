/**
 * Flags of APPEND and STORE as the store keeps them: bits and keywords. \Recent is nobody's to set
 * (RFC 3501 §2.3.2), and a system flag we do not know is a mistake, not a keyword.
 */
import { ImapSyntaxError } from "../../lib/codec/imap/syntax-error.ts";
import { flagBit } from "../../lib/mail/flags.ts";

export function splitFlags(flags: readonly string[]): { bits: number; keywords: string[] } {
  let bits = 0;
  const keywords: string[] = [];
  for (const flag of flags) {
    const bit = flagBit(flag);
    if (bit === 0 && flag.startsWith("\\")) throw new ImapSyntaxError("Unknown system flag");
    bits |= bit;
    if (bit === 0) keywords.push(flag);
  }
  return { bits, keywords };
}
