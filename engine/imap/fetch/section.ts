/**
 * Where in the message a section lies: RFC 9051 §6.4.5.1.
 *
 * A message that is not multipart has one part, number 1. Part numbers go through message/rfc822 into
 * what is inside. A section that is not there is null: the client is answered NIL.
 */
import type { ByteRange, Part, Structure } from "../../../lib/codec/mime/structure.ts";
import type { Section } from "../../../lib/codec/imap/types.ts";

/** A part of a message by its numbers; null when there is none. The empty path is the message. */
export function partAt(root: Part, numbers: readonly number[]): Part | null {
  let part: Part = root;
  let holder: Part | null = root; // what the next number counts in
  for (const number of numbers) {
    const child: Part | null = holder === null ? null : childOf(holder, number);
    if (child === null) return null;
    part = child;
    holder = child.message?.part ?? (child.parts === undefined ? null : child);
  }
  return part;
}

function childOf(parent: Part, number: number): Part | null {
  if (parent.parts !== undefined && parent.parts.length > 0)
    return parent.parts[number - 1] ?? null;
  return number === 1 ? parent : null;
}

/** Octets of a section; for HEADER.FIELDS those of the header that is to be filtered. */
export function rangeOf(structure: Structure, { part: numbers, text }: Section): ByteRange | null {
  const { root, size } = structure;
  if (numbers.length === 0) {
    if (text === null) return { offset: 0, length: size };
    return text === "TEXT" ? root.body : root.header;
  }
  const part = partAt(root, numbers);
  if (part === null) return null;
  if (text === null) return part.body;
  if (text === "MIME") return part.header;
  const inner = part.message?.part; // HEADER and TEXT are of messages only
  if (inner === undefined) return null;
  return text === "TEXT" ? inner.body : inner.header;
}
