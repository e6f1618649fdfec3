/**
 * Fields of the form `value; name=value; …`: Content-Type (RFC 2045 §5.1) and Content-Disposition
 * (RFC 2183 §2), with the continuations and charsets of RFC 2231.
 *
 * Reading tolerates what is in the wild: values with spaces that should have been quoted, missing
 * semicolons at the end, comments, encoded words in quotes. Of two parameters with one name the
 * first counts.
 */
import { decodeCharset } from "./charset.ts";
import { decodeWords } from "./encoded-word.ts";
import type { Disposition, Params } from "./structure.ts";

/** A part has a handful; the bound keeps a hostile header from filling the database. */
const MAX_PARAMS = 64;
/** RFC 2231 §3 sets none; a file name of a hundred pieces is beyond any mailer. */
const MAX_PIECES = 100;
/** A file name or a boundary in a longer value is none. */
const MAX_VALUE = 8 * 1024;
/** All parameters of a field; what comes after is not read. */
const MAX_TEXT = 64 * 1024;

export interface ContentType {
  readonly type: string;
  readonly subtype: string;
  readonly params: Params;
}

/** Null when it is not `type/subtype`: the default counts then (RFC 2045 §5.2). */
export function parseContentType(text: string): ContentType | null {
  const found = /^\s*([\w!#$%&'*+.^`{|}~-]{1,127})\s*\/\s*([\w!#$%&'*+.^`{|}~-]{1,127})/.exec(text);
  if (found === null) return null;
  const [whole, type = "", subtype = ""] = found;
  const params = parseParams(text.slice(whole.length));
  return { type: type.toLowerCase(), subtype: subtype.toLowerCase(), params };
}

export function parseDisposition(text: string): Disposition | null {
  const found = /^\s*([\w!#$%&'*+.^`{|}~-]{1,127})/.exec(text);
  if (found === null) return null;
  const [whole, type = ""] = found;
  return { type: type.toLowerCase(), params: parseParams(text.slice(whole.length)) };
}

/** The value of a parameter as people read it, or null. */
export function paramValue(params: Params, name: string): string | null {
  const extended = params.find(([key]) => key === `${name}*`)?.[1];
  if (extended !== undefined) return decodeExtended(extended);
  const plain = params.find(([key]) => key === name)?.[1];
  return plain === undefined ? null : decodeWords(plain);
}

/** charset'language'text with percent octets (RFC 2231 §4). */
function decodeExtended(value: string): string {
  const found = /^([^']{0,64})'[^']*'(.*)$/s.exec(value);
  const octets = percentOctets(found?.[2] ?? value);
  return decodeCharset(octets, found?.[1] ?? "utf-8");
}

function percentOctets(text: string): Buffer {
  const latin1 = Buffer.from(text, "utf8").toString("latin1");
  const plain = latin1.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(plain, "latin1");
}

const GAP = /[\s;]*/y;
const NAME = /([^\s;=()"]{1,128})\s*=\s*/y;
const QUOTED = /"((?:[^"\\]|\\[^])*)"/y;
const BARE = /[^;"]*/y;

/** Everything after the first value, comments taken out, continuations joined. */
function parseParams(text: string): Params {
  const raw: [name: string, value: string][] = [];
  const clean = withoutComments(text.slice(0, MAX_TEXT));
  let at = 0;
  while (at < clean.length && raw.length < MAX_PARAMS + MAX_PIECES) {
    GAP.lastIndex = at;
    GAP.exec(clean);
    NAME.lastIndex = at = GAP.lastIndex;
    const name = NAME.exec(clean)?.[1]?.toLowerCase();
    if (name === undefined) {
      const next = clean.indexOf(";", at);
      if (next < 0) break;
      at = next;
      continue;
    }
    const [value, end] = readValue(clean, NAME.lastIndex);
    raw.push([name, value.slice(0, MAX_VALUE)]);
    at = end;
  }
  return joinPieces(raw).slice(0, MAX_PARAMS);
}

function readValue(text: string, at: number): [value: string, end: number] {
  QUOTED.lastIndex = at;
  const quoted = QUOTED.exec(text)?.[1];
  if (quoted !== undefined) return [quoted.replace(/\\([^])/g, "$1"), QUOTED.lastIndex];
  BARE.lastIndex = text[at] === '"' ? at + 1 : at;
  const bare = BARE.exec(text)?.[0] ?? "";
  return [bare.trim(), Math.max(BARE.lastIndex, at + 1)];
}

/** RFC 822 comments outside quotes. A "(" that never closes is text. */
function withoutComments(text: string): string {
  if (!text.includes("(")) return text;
  const lastClose = text.lastIndexOf(")");
  let out = "";
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\") {
      if (depth === 0) out += char + text.charAt(at + 1);
      at++;
    } else if (depth === 0 && char === '"') {
      quoted = !quoted;
      out += char;
    } else if (!quoted && char === "(" && (depth > 0 || at < lastClose)) depth++;
    else if (!quoted && char === ")" && depth > 0) depth--;
    else if (depth === 0) out += char;
  }
  return out;
}

interface Piece {
  readonly index: number;
  readonly extended: boolean;
  readonly value: string;
}

/** RFC 2231 §3: name*0, name*1* … become one parameter, extended when any piece is. */
function joinPieces(raw: readonly (readonly [string, string])[]): [string, string][] {
  const joined = new Map<string, string>();
  const pieces = new Map<string, Piece[]>();
  for (const [key, value] of raw) {
    const found = /^(.*)\*(\d{1,4})(\*?)$/.exec(key);
    if (found === null) {
      if (!joined.has(key)) joined.set(key, value);
      continue;
    }
    const list = pieces.get(found[1] ?? "") ?? [];
    list.push({ index: Number(found[2]), extended: found[3] === "*", value });
    pieces.set(found[1] ?? "", list);
  }
  for (const [name, list] of pieces) {
    const [key, value] = joinOne(name, list);
    if (!joined.has(key)) joined.set(key, value);
  }
  return [...joined];
}

/** Pieces in the order of their numbers, up to the first gap. */
function joinOne(name: string, pieces: Piece[]): [string, string] {
  const ordered = pieces.sort((a, b) => a.index - b.index).slice(0, MAX_PIECES);
  const gap = ordered.findIndex((piece, at) => piece.index !== at);
  const whole = gap < 0 ? ordered : ordered.slice(0, gap);
  const extended = whole.some((piece) => piece.extended);
  const text = whole.map((piece) =>
    extended && !piece.extended ? encodeURIComponent(piece.value.toWellFormed()) : piece.value,
  );
  // The charset stands in the first piece; when that one is plain there is none.
  const prefix = extended && whole[0]?.extended === false ? "''" : "";
  return [extended ? `${name}*` : name, (prefix + text.join("")).slice(0, MAX_VALUE)];
}
