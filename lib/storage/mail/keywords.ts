/**
 * Keywords of a message: RFC 9051 §2.3.2. Compared without case, kept as first written. They hold no
 * spaces, so a set of them travels as one string.
 */
import { MailError } from "../../mail/errors.ts";
import type { FlagEdit } from "../../mail/ports.ts";
import { EVERY_FLAG } from "../../mail/rights.ts";

/** A message with more is a tagging script gone wrong. */
const MAX_KEYWORDS = 64;
const MAX_KEYWORD_LENGTH = 128;

interface Flags {
  readonly flags: number;
  readonly keywords: readonly string[];
}

/** The flags after an edit, or null when it changes nothing; keywords that stay are the same array. */
export function editFlags(before: Flags, edit: FlagEdit): Flags | null {
  const flags = editBits(before.flags, edit);
  const edited = editKeywords(before.keywords, edit);
  const keywords =
    joinKeywords(edited) === joinKeywords(before.keywords) ? before.keywords : edited;
  return flags === before.flags && keywords === before.keywords ? null : { flags, keywords };
}

function editBits(before: number, edit: FlagEdit): number {
  const { kept, given } = bitsOf(edit);
  return (before & kept) | given;
}

/** An edit of system flags is two masks: what a message keeps, and what it gets. */
export function bitsOf({ action, bits, within = EVERY_FLAG }: FlagEdit): {
  kept: number;
  given: number;
} {
  if (action === "add") return { kept: ~0, given: bits };
  if (action === "remove") return { kept: ~bits, given: 0 };
  return { kept: ~within.bits, given: bits & within.bits };
}

function editKeywords(before: readonly string[], edit: FlagEdit): readonly string[] {
  if (edit.action !== "replace" && edit.keywords.length === 0) return before;
  if (edit.action === "replace" && edit.within?.keywords === false) return before;
  const named = new Set(edit.keywords.map((word) => word.toLowerCase()));
  if (edit.action === "remove") return before.filter((word) => !named.has(word.toLowerCase()));
  const kept = edit.action === "add" ? before : before.filter((w) => named.has(w.toLowerCase()));
  return distinctKeywords([...kept, ...edit.keywords]);
}

/** Without repetitions; refuses what no message should carry. */
export function distinctKeywords(words: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const word of words) {
    if (word === "" || word.length > MAX_KEYWORD_LENGTH || /[\s\u0000-\u001f]/.test(word))
      throw new MailError("limit", "Not a keyword that can be kept");
    if (!seen.has(word.toLowerCase())) seen.set(word.toLowerCase(), word);
  }
  if (seen.size > MAX_KEYWORDS) throw new MailError("limit", "Too many keywords on one message");
  return [...seen.values()];
}

/** For string_to_array(…, ' '), which makes an empty array of "". */
export function joinKeywords(words: readonly string[]): string {
  return words.join(" ");
}
