/**
 * GETMETADATA and SETMETADATA: RFC 5464 §4.2, §4.3, §5; METADATA in LIST's RETURN: RFC 9590.
 *
 * Entry names are case-insensitive and come out in lower case. Options of GETMETADATA stand before the
 * mailbox by the grammar and after it in the RFC's examples: both are read.
 */
import type { Decoder } from "./decoder.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

export interface GetMetadata {
  /** "": of the account as a whole. */
  readonly mailbox: string;
  readonly entries: readonly string[];
  /** How far below each entry: 0, 1, or all. */
  readonly depth: 0 | 1 | "infinity";
  /** Longer values are left out and counted. */
  readonly maxSize: number | null;
}

export interface SetMetadata {
  readonly mailbox: string;
  readonly values: ReadonlyMap<string, Buffer | null>;
}

/** §3.2: "/private" or "/shared" and what is below; no wildcards, no empty parts. */
const ENTRY = /^\/(?:private|shared)(?:\/[^/*%\x00-\x1f\x7f-\uffff]+)*$/;
/** As long as a path gets; what is longer is made by a loop. */
const MAX_ENTRY = 255;

export function getMetadataArguments(d: Decoder): GetMetadata {
  const before = d.seesList ? words(d) : null;
  if (before !== null) d.sp();
  const mailbox = d.mailbox();
  let after = entryWords(d.sp());
  let options = before;
  if (options === null && after.isList && !after.words[0]?.startsWith("/")) {
    options = after.words;
    after = entryWords(d.sp());
  }
  return { mailbox, entries: after.words.map(entryName), ...readOptions(options ?? []) };
}

export function setMetadataArguments(d: Decoder): SetMetadata {
  const mailbox = d.mailbox();
  const values = new Map<string, Buffer | null>();
  d.sp().list((list) => {
    const entry = entryName(list.astring());
    list.sp();
    values.set(entry, list.tryWord("NIL") ? null : list.valueBytes());
  });
  return { mailbox, values };
}

/** "(" entry *(SP entry) ")": RFC 9590 §3. */
export function metadataEntries(d: Decoder): string[] {
  return d.list((list) => entryName(list.astring()));
}

const words = (d: Decoder) => d.list((list) => list.astring());

function entryWords(d: Decoder): { words: string[]; isList: boolean } {
  const isList = d.seesList;
  return { words: isList ? words(d) : [d.astring()], isList };
}

function entryName(text: string): string {
  const name = text.toLowerCase();
  if (name.length > MAX_ENTRY || !ENTRY.test(name))
    throw new ImapSyntaxError("An entry begins with /private or /shared and has no wildcards");
  return name;
}

function readOptions(all: readonly string[]): Pick<GetMetadata, "depth" | "maxSize"> {
  let depth: GetMetadata["depth"] = 0;
  let maxSize: number | null = null;
  for (let at = 0; at < all.length; at += 2) {
    const [name = "", value = ""] = [all[at]?.toUpperCase(), all[at + 1]?.toLowerCase()];
    if (name === "MAXSIZE" && /^\d{1,10}$/.test(value)) maxSize = Number(value);
    else if (name === "DEPTH" && (value === "0" || value === "1" || value === "infinity"))
      depth = value === "infinity" ? value : value === "1" ? 1 : 0;
    else throw new ImapSyntaxError("Unknown GETMETADATA option");
  }
  return { depth, maxSize };
}
