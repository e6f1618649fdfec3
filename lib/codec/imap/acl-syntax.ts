/**
 * SETACL and its kin: RFC 4314 §3, §7. Rights are lower-case letters; "c" and "d", of RFC 2086, stand for
 * those that took their place (§2.1.1).
 *
 * Refused: letters that are no rights here, capitals, digits.
 */
import type { Decoder } from "./decoder.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

/** lookup, read, seen, write, insert, post, create, delete mailbox, delete messages, expunge, administer */
export const RIGHT_LETTERS = "lrswipkxtea";

/** Virtual rights and what they stand for. */
export const VIRTUAL_RIGHTS: ReadonlyMap<string, string> = new Map([
  ["c", "kx"],
  ["d", "te"],
]);

export interface ModRights {
  readonly mode: "set" | "add" | "remove";
  /** Of RIGHT_LETTERS. */
  readonly letters: string;
}

/** mod-rights */
export function modRights(d: Decoder): ModRights {
  const text = d.astring();
  const mode = text.startsWith("+") ? "add" : text.startsWith("-") ? "remove" : "set";
  const given = mode === "set" ? text : text.slice(1);
  const letters = [...given].map((letter) => VIRTUAL_RIGHTS.get(letter) ?? letter).join("");
  for (const letter of letters) {
    if (!RIGHT_LETTERS.includes(letter)) throw new ImapSyntaxError("There is no such right");
  }
  return { mode, letters };
}

export interface AclIdentifier {
  /** As written. */
  readonly text: string;
  readonly name: string;
  /** With a dash in front: what it is given is taken away (§2). */
  readonly negative: boolean;
}

export function aclIdentifier(d: Decoder): AclIdentifier {
  const text = d.astring();
  const negative = text.startsWith("-");
  return { text, name: negative ? text.slice(1) : text, negative };
}
