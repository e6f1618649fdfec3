/**
 * Header fields where they lie: RFC 5322 §2.2 on the octets of a message.
 *
 * In: a buffer that starts with a header. Out: its fields with their byte ranges, so that a caller
 * can quote, drop or replace a field without touching another byte. The header ends at the first
 * empty line and nowhere else: a line that is no field stays in the header as a field without a
 * name, so that every reader of a message agrees on where the body starts.
 *
 * Lines end with CRLF; a bare LF is tolerated in stored mail, a bare CR is text.
 * Not here: what values mean (address.ts, params.ts, date.ts), and writing (header-writer.ts).
 */
import { textOf, unfold } from "./text.ts";

export interface HeaderField {
  /** As written; "" when the line has no valid field name. */
  readonly name: string;
  /** First byte of the name. */
  readonly offset: number;
  /** With the line end of its last line. */
  readonly length: number;
  /** First byte after the colon (or the field's first byte, without a name). */
  readonly valueOffset: number;
}

export interface Header {
  readonly fields: readonly HeaderField[];
  /** Bytes of the header, with the empty line that ends it. */
  readonly length: number;
  /** False when the buffer ended before an empty line came. */
  readonly complete: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

/** Splits the header at the start of `message`; what follows the empty line is not looked at. */
export function splitHeader(message: Buffer): Header {
  const fields: HeaderField[] = [];
  let start = 0;
  while (start < message.length) {
    const end = lineEnd(message, start);
    if (isEmptyLine(message, start, end)) return { fields, length: end, complete: true };
    const next = foldedEnd(message, end);
    fields.push(fieldAt(message, start, next));
    start = next;
  }
  return { fields, length: message.length, complete: false };
}

/** All fields of that name, in order; names compare without case. */
export function fieldsNamed(header: Header, name: string): HeaderField[] {
  const wanted = name.toLowerCase();
  return header.fields.filter((field) => isNamed(field, wanted));
}

/** `wanted` in lower case. */
function isNamed({ name }: HeaderField, wanted: string): boolean {
  return name.length === wanted.length && name.toLowerCase() === wanted;
}

/** The field as it stands in the message, name and line end included. */
export function fieldOctets(message: Buffer, field: HeaderField): Buffer {
  return message.subarray(field.offset, field.offset + field.length);
}

/** The value unfolded and trimmed, not decoded. */
export function fieldText(message: Buffer, field: HeaderField): string {
  return unfold(textOf(message.subarray(field.valueOffset, field.offset + field.length)));
}

/** The first field of that name as text, or null. */
export function headerText(message: Buffer, header: Header, name: string): string | null {
  const wanted = name.toLowerCase();
  const field = header.fields.find((candidate) => isNamed(candidate, wanted));
  return field === undefined ? null : fieldText(message, field);
}

/** The offset after the line end, or the end of the buffer. */
function lineEnd(bytes: Buffer, start: number): number {
  const at = bytes.indexOf(LF, start);
  return at < 0 ? bytes.length : at + 1;
}

function isEmptyLine(bytes: Buffer, start: number, end: number): boolean {
  return (
    bytes[start] === LF || (end - start === 2 && bytes[start] === CR && bytes[start + 1] === LF)
  );
}

/** Goes on over continuation lines: those that start with white space (§2.2.3). */
function foldedEnd(bytes: Buffer, end: number): number {
  let at = end;
  while (at < bytes.length && (bytes[at] === SP || bytes[at] === TAB)) at = lineEnd(bytes, at);
  return at;
}

function fieldAt(bytes: Buffer, offset: number, end: number): HeaderField {
  const length = end - offset;
  const colon = nameEnd(bytes, offset, end);
  if (colon < 0) return { name: "", offset, length, valueOffset: offset };
  const name = bytes.toString("latin1", offset, colon).trimEnd();
  return { name, offset, length, valueOffset: colon + 1 };
}

/** Where the colon after a valid name is, or -1. White space before it is old syntax (§4.5). */
function nameEnd(bytes: Buffer, offset: number, end: number): number {
  let at = offset;
  for (let byte = bytes[at] ?? 0; at < end && byte > SP && byte < 0x7f && byte !== COLON;) {
    byte = bytes[++at] ?? 0;
  }
  if (at === offset) return -1;
  while (at < end && (bytes[at] === SP || bytes[at] === TAB)) at++;
  return bytes[at] === COLON && at < end ? at : -1;
}
