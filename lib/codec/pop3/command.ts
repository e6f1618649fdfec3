/**
 * POP3 command lines: RFC 1939 §3, RFC 2449 §4, RFC 6856 §2 (UTF-8 in arguments).
 *
 * In: a line without CRLF. Out: the verb in upper case and the rest as it came; then, per verb, typed
 * arguments. Refused: controls, bytes that are not UTF-8, numbers above 2^31, missing or extra arguments.
 */
export class Pop3SyntaxError extends Error {}

export interface CommandLine {
  readonly verb: string;
  /** What follows the space after the verb; "" when nothing does. PASS may have spaces in it. */
  readonly rest: string;
}

const MAX_NUMBER = 2 ** 31 - 1;

export function splitCommand(line: Buffer): CommandLine {
  const text = decode(line);
  if (/[\x00-\x1f\x7f]/.test(text)) throw new Pop3SyntaxError("Control characters in a command");
  const space = text.indexOf(" ");
  if (space < 0) return { verb: text.toUpperCase(), rest: "" };
  return { verb: text.slice(0, space).toUpperCase(), rest: text.slice(space + 1) };
}

function decode(line: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line);
  } catch (cause) {
    throw new Pop3SyntaxError("Not UTF-8", { cause });
  }
}

export function parseNothing(rest: string): null {
  if (rest.trim() !== "") throw new Pop3SyntaxError("No arguments expected");
  return null;
}

/** The rest as it is, which must be something: USER, PASS. */
export function parseText(rest: string): string {
  if (rest === "") throw new Pop3SyntaxError("Argument missing");
  return rest;
}

/** A message number (1 and up): RETR, DELE. */
export function parseNumber(rest: string): number {
  const number = parseCount(rest.trim());
  if (number === 0) throw new Pop3SyntaxError("Messages are numbered from 1");
  return number;
}

/** LIST, UIDL: null asks for all. */
export function parseOptionalNumber(rest: string): number | null {
  return rest.trim() === "" ? null : parseNumber(rest);
}

export interface TopArguments {
  readonly number: number;
  /** Lines of the body, 0 and up. */
  readonly lines: number;
}

export function parseTop(rest: string): TopArguments {
  const [number = "", lines = "", ...more] = rest.trim().split(/ +/);
  if (more.length > 0) throw new Pop3SyntaxError("Two numbers expected");
  return { number: parseNumber(number), lines: parseCount(lines) };
}

export interface AuthArguments {
  /** Null asks for the list, as some clients still do. */
  readonly mechanism: string | null;
  /** Base64 as it came, "=" for empty (RFC 5034 §4); null when there was none. */
  readonly initial: string | null;
}

export function parseAuth(rest: string): AuthArguments {
  const [mechanism = "", initial, ...more] = rest.trim().split(" ");
  if (more.length > 0) throw new Pop3SyntaxError("Mechanism and initial response expected");
  return { mechanism: mechanism === "" ? null : mechanism, initial: initial ?? null };
}

function parseCount(text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > MAX_NUMBER)
    throw new Pop3SyntaxError("Number expected");
  return Number(text);
}
