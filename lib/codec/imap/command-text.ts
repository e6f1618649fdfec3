/**
 * One command as it was read: its lines without CRLF, and the literals between them. Line i ends
 * with the "{n}" that announces literal i. A literal may be announced and not be here yet.
 *
 * Pure: engine/imap/reader.ts fills it from a connection.
 */
import { MAX_NUMBER64 } from "./limits.ts";
import type { LiteralSpec } from "./types.ts";

export interface CommandText {
  readonly lines: Buffer[];
  readonly literals: Buffer[];
}

/** The literal that the end of a line announces: RFC 9051 §9 literal, literal8; RFC 7888. */
export function announcedLiteral(line: Buffer): LiteralSpec | null {
  if (line.at(-1) !== 0x7d) return null;
  const open = line.lastIndexOf(0x7b);
  if (open < 0 || line.length - open > 20) return null;
  const match = /^\{([0-9]+)(\+?)\}$/.exec(line.toString("latin1", open));
  const size = Number(match?.[1] ?? NaN);
  if (match === null || size > MAX_NUMBER64) return null;
  return { size, sync: match[2] === "", binary: line[open - 1] === 0x7e };
}
