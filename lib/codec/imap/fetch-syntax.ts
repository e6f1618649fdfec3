/**
 * FETCH: RFC 9051 §6.4.5 and §9 `fetch-att`, RFC 3501's RFC822 items, BINARY (RFC 3516),
 * CHANGEDSINCE, VANISHED and MODSEQ (RFC 7162), OBJECTID (RFC 8474), SAVEDATE (RFC 8514), PREVIEW
 * (RFC 8970).
 *
 * Refused: parts numbered 0, partials of no octets, MIME without a part, macros inside a list.
 */
import type { Decoder } from "./decoder.ts";
import { MAX_SECTION_DEPTH } from "./limits.ts";
import type { NumSet } from "./numset.ts";
import { resultPage } from "./page-syntax.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import type { ByteSlice, FetchItem, FetchModifiers, PlainItem, Section } from "./types.ts";

export interface FetchCommand {
  readonly set: NumSet;
  readonly items: readonly FetchItem[];
  readonly modifiers: FetchModifiers;
}

const PLAIN: ReadonlySet<string> = new Set<PlainItem>([
  "FLAGS",
  "INTERNALDATE",
  "RFC822.SIZE",
  "ENVELOPE",
  "BODYSTRUCTURE",
  "UID",
  "MODSEQ",
  "EMAILID",
  "THREADID",
  "SAVEDATE",
]);

const plain = (item: PlainItem): FetchItem => ({ kind: "plain", item });

const FAST = (["FLAGS", "INTERNALDATE", "RFC822.SIZE"] as const).map(plain);
const MACROS = new Map<string, readonly FetchItem[]>([
  ["FAST", FAST],
  ["ALL", [...FAST, plain("ENVELOPE")]],
  ["FULL", [...FAST, plain("ENVELOPE"), plain("BODY")]],
]);

const NO_PART: readonly number[] = [];
const WHOLE: Section = { part: NO_PART, text: null, fields: [] };

/** Everything after "FETCH SP". */
export function fetchArguments(d: Decoder): FetchCommand {
  const set = d.numSet();
  const items = d.sp().seesList ? fetchItems(d) : macroOrAtt(d);
  const modifiers = d.trySp() ? fetchModifiers(d) : NO_MODIFIERS;
  return { set, items, modifiers };
}

/** "(" fetch-att *(SP fetch-att) ")" */
export function fetchItems(d: Decoder): FetchItem[] {
  return d.list(fetchAtt);
}

function macroOrAtt(d: Decoder): readonly FetchItem[] {
  const name = d.itemName();
  return MACROS.get(name) ?? [attNamed(name, d)];
}

function fetchAtt(d: Decoder): FetchItem {
  return attNamed(d.itemName(), d);
}

function attNamed(name: string, d: Decoder): FetchItem {
  if (isPlain(name)) return plain(name);
  switch (name) {
    case "BODY":
      return d.sees("[") ? bodySection(d, false) : plain("BODY");
    case "BODY.PEEK":
      return bodySection(d, true);
    case "BINARY":
      return binary(d, false);
    case "BINARY.PEEK":
      return binary(d, true);
    case "BINARY.SIZE":
      return binarySize(d);
    case "RFC822":
      return rfc822("RFC822", WHOLE, false);
    case "RFC822.HEADER":
      return rfc822("RFC822.HEADER", { ...WHOLE, text: "HEADER" }, true);
    case "RFC822.TEXT":
      return rfc822("RFC822.TEXT", { ...WHOLE, text: "TEXT" }, false);
    case "PREVIEW":
      return preview(d);
    default:
      throw new ImapSyntaxError("Unknown FETCH item");
  }
}

function isPlain(name: string): name is PlainItem {
  return PLAIN.has(name);
}

function rfc822(label: string, section: Section, peek: boolean): FetchItem {
  return { kind: "section", label, section, partial: null, peek };
}

/**
 * RFC 8970 §4: the one modifier, LAZY, allows us to answer NIL; our previews are always at hand. What else
 * follows in parentheses is of the command (CHANGEDSINCE).
 */
function preview(d: Decoder): FetchItem {
  if (d.trySpListWith("LAZY")) d.special(")");
  return plain("PREVIEW");
}

// ── Sections ────────────────────────────────────────────────────────────────────────────────────

function bodySection(d: Decoder, peek: boolean): FetchItem {
  const section = sectionSpec(d.special("["));
  d.special("]");
  const partial = tryPartial(d);
  return { kind: "section", label: `BODY[${formatSection(section)}]`, section, partial, peek };
}

/** section-spec, up to but without the closing bracket. */
export function sectionSpec(d: Decoder): Section {
  if (d.sees("]")) return WHOLE;
  const words = d.itemName().split(".");
  const numbers = words.findIndex((word) => !/^\d+$/.test(word));
  const part = words.slice(0, numbers < 0 ? words.length : numbers).map(partNumber);
  if (part.length > MAX_SECTION_DEPTH) throw new ImapSyntaxError("A section is too deep");
  if (numbers < 0) return { part, text: null, fields: [] };
  const text = words.slice(numbers).join(".");
  switch (text) {
    case "HEADER":
    case "TEXT":
      return { part, text, fields: [] };
    case "MIME":
      if (part.length === 0) throw new ImapSyntaxError("MIME needs a part number");
      return { part, text, fields: [] };
    case "HEADER.FIELDS":
    case "HEADER.FIELDS.NOT":
      return { part, text, fields: d.sp().list((list) => list.astring()) };
    default:
      throw new ImapSyntaxError("Unknown section");
  }
}

function partNumber(word: string): number {
  if (!/^[1-9]\d{0,8}$/.test(word)) throw new ImapSyntaxError("Bad part number");
  return Number(word);
}

/** The section as its response repeats it. */
export function formatSection({ part, text, fields }: Section): string {
  const words = [...part.map(String), ...(text === null ? [] : [text])].join(".");
  return fields.length === 0 ? words : `${words} (${fields.map(formatField).join(" ")})`;
}

function formatField(name: string): string {
  return /^[!#$&'+,./0-9:;<=>?@A-Z[\]^_`a-z|}~-]+$/.test(name)
    ? name
    : `"${name.replace(/[\r\n\0]/g, "").replace(/["\\]/g, "\\$&")}"`;
}

/** "<" number "." nz-number ">" */
function tryPartial(d: Decoder): ByteSlice | null {
  if (!d.trySpecial("<")) return null;
  const [offset, length, ...more] = d.itemName().split(".");
  d.special(">");
  if (more.length > 0 || !isCount(offset) || !isCount(length) || Number(length) === 0)
    throw new ImapSyntaxError("Bad partial");
  return { offset: Number(offset), length: Number(length) };
}

function isCount(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,15}$/.test(text);
}

// ── BINARY ──────────────────────────────────────────────────────────────────────────────────────

function sectionBinary(d: Decoder): readonly number[] {
  const section = sectionSpec(d.special("["));
  d.special("]");
  if (section.text !== null) throw new ImapSyntaxError("BINARY takes part numbers only");
  return section.part;
}

function binary(d: Decoder, peek: boolean): FetchItem {
  const part = sectionBinary(d);
  return { kind: "binary", label: `BINARY[${part.join(".")}]`, part, partial: tryPartial(d), peek };
}

function binarySize(d: Decoder): FetchItem {
  const part = sectionBinary(d);
  return { kind: "binarySize", label: `BINARY.SIZE[${part.join(".")}]`, part };
}

// ── Modifiers ───────────────────────────────────────────────────────────────────────────────────

function fetchModifiers(d: Decoder): FetchModifiers {
  const found: { -readonly [Name in keyof FetchModifiers]: FetchModifiers[Name] } = {
    ...NO_MODIFIERS,
  };
  d.list((list) => {
    const word = list.word();
    if (word === "CHANGEDSINCE" && found.changedSince === null)
      found.changedSince = list.sp().number64();
    else if (word === "VANISHED" && !found.vanished) found.vanished = true;
    else if (word === "PARTIAL" && found.page === null) found.page = resultPage(list.sp());
    else throw new ImapSyntaxError("Unknown FETCH modifier");
  });
  if (found.vanished && found.changedSince === null)
    throw new ImapSyntaxError("VANISHED needs CHANGEDSINCE");
  return found;
}

const NO_MODIFIERS: FetchModifiers = { changedSince: null, vanished: false, page: null };
