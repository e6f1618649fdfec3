/** What commands say, as values: FETCH items, search keys, LIST and STATUS options (RFC 9051 §9). */
import type { NumSet } from "./numset.ts";

/** The length a literal announces; `sync`: the client waits for "+" ({n}); `binary`: ~{n}. */
export interface LiteralSpec {
  readonly size: number;
  readonly sync: boolean;
  readonly binary: boolean;
}

// ── FETCH ───────────────────────────────────────────────────────────────────────────────────────

/** What is inside BODY[…]: RFC 9051 §6.4.5.1. */
export interface Section {
  /** Part numbers; empty for the message itself. */
  readonly part: readonly number[];
  readonly text: "HEADER" | "HEADER.FIELDS" | "HEADER.FIELDS.NOT" | "TEXT" | "MIME" | null;
  /** Field names as the client wrote them, for HEADER.FIELDS and .NOT. */
  readonly fields: readonly string[];
}

export interface ByteSlice {
  readonly offset: number;
  readonly length: number;
}

/** Items answered with one value, named as in the response. */
export type PlainItem =
  | "FLAGS"
  | "INTERNALDATE"
  | "RFC822.SIZE"
  | "ENVELOPE"
  | "BODY"
  | "BODYSTRUCTURE"
  | "UID"
  | "MODSEQ"
  | "EMAILID"
  | "THREADID"
  | "SAVEDATE"
  | "PREVIEW";

export type FetchItem =
  | { readonly kind: "plain"; readonly item: PlainItem }
  | {
      readonly kind: "section";
      /** As the response repeats it: "BODY[1.TEXT]", "RFC822.HEADER". */
      readonly label: string;
      readonly section: Section;
      readonly partial: ByteSlice | null;
      readonly peek: boolean;
    }
  | {
      readonly kind: "binary";
      readonly label: string;
      readonly part: readonly number[];
      readonly partial: ByteSlice | null;
      readonly peek: boolean;
    }
  | { readonly kind: "binarySize"; readonly label: string; readonly part: readonly number[] };

export interface FetchModifiers {
  /** RFC 7162 §3.1.4.1. */
  readonly changedSince: number | null;
  /** RFC 7162 §3.2.6: what was removed since then is asked for too. */
  readonly vanished: boolean;
  /** RFC 9394 §3.3: of the messages named, only those. */
  readonly page: ResultPage | null;
}

// ── SEARCH ──────────────────────────────────────────────────────────────────────────────────────

/** A calendar day without zone: what RFC 9051 §6.4.4 compares "disregarding time and timezone". */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export type SystemFlagName = "\\Seen" | "\\Answered" | "\\Flagged" | "\\Deleted" | "\\Draft";

export type SearchKey =
  | { readonly kind: "all" }
  | { readonly kind: "and"; readonly keys: readonly SearchKey[] }
  | { readonly kind: "or"; readonly left: SearchKey; readonly right: SearchKey }
  | { readonly kind: "not"; readonly key: SearchKey }
  | { readonly kind: "seq"; readonly set: NumSet }
  | { readonly kind: "uid"; readonly set: NumSet }
  | { readonly kind: "flag"; readonly flag: SystemFlagName }
  | { readonly kind: "recent" }
  | { readonly kind: "keyword"; readonly keyword: string }
  | { readonly kind: "larger" | "smaller"; readonly size: number }
  | {
      readonly kind: "date";
      readonly of: "received" | "sent" | "saved";
      readonly relation: "before" | "on" | "since";
      readonly day: Day;
    }
  | { readonly kind: "older" | "younger"; readonly seconds: number }
  | { readonly kind: "saveDateSupported" }
  | { readonly kind: "modseq"; readonly modseq: number }
  | { readonly kind: "emailId" | "threadId"; readonly id: string }
  | { readonly kind: "header"; readonly name: string; readonly value: string }
  | { readonly kind: "body" | "text"; readonly value: string };

/** ESEARCH: RFC 9051 §6.4.4; null stands for a SEARCH without RETURN. */
export type SearchReturn =
  "MIN" | "MAX" | "ALL" | "COUNT" | "SAVE" | "PARTIAL" | "CONTEXT" | "UPDATE";

/** RFC 9394 §3.1: places in the result, the first one 1; below zero they count from its end. */
export interface ResultPage {
  readonly first: number;
  readonly last: number;
}

export interface SearchCommand {
  readonly returns: readonly SearchReturn[] | null;
  /** There when `returns` has PARTIAL. */
  readonly page: ResultPage | null;
  /** What UPDATE tells of a message that is new: RFC 5465 §7. */
  readonly items: readonly FetchItem[];
  readonly key: SearchKey;
}

/** RFC 5256 §3, RFC 5957 §3. */
export interface SortCommand extends SearchCommand {
  readonly criteria: readonly SortCriterion[];
}

export interface SortCriterion {
  readonly key: SortKeyName;
  readonly reverse: boolean;
}

export type SortKeyName =
  "ARRIVAL" | "CC" | "DATE" | "DISPLAYFROM" | "DISPLAYTO" | "FROM" | "SIZE" | "SUBJECT" | "TO";

export type ThreadAlgorithm = "ORDEREDSUBJECT" | "REFERENCES" | "REFS";

export interface ThreadCommand {
  readonly algorithm: ThreadAlgorithm;
  readonly key: SearchKey;
}

// ── STORE ───────────────────────────────────────────────────────────────────────────────────────

export interface StoreCommand {
  readonly set: NumSet;
  readonly action: "add" | "remove" | "replace";
  readonly silent: boolean;
  readonly flags: readonly string[];
  /** RFC 7162 §3.1.3. */
  readonly unchangedSince: number | null;
}

// ── LIST and STATUS ─────────────────────────────────────────────────────────────────────────────

export type StatusItem =
  | "MESSAGES"
  | "RECENT"
  | "UIDNEXT"
  | "UIDVALIDITY"
  | "UNSEEN"
  | "DELETED"
  | "DELETED-STORAGE"
  | "SIZE"
  | "HIGHESTMODSEQ"
  | "MAILBOXID"
  | "APPENDLIMIT";

export interface ListCommand {
  readonly reference: string;
  readonly patterns: readonly string[];
  readonly select: {
    readonly subscribed: boolean;
    readonly recursiveMatch: boolean;
    readonly specialUse: boolean;
  };
  readonly returns: {
    readonly subscribed: boolean;
    readonly children: boolean;
    readonly specialUse: boolean;
    readonly status: readonly StatusItem[] | null;
    /** Entries of METADATA: RFC 9590. */
    readonly metadata: readonly string[] | null;
    /** RFC 8440. */
    readonly myRights: boolean;
  };
  /** Written the RFC 5258 way: answers then follow the extended rules. */
  readonly extended: boolean;
}
