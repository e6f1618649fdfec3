/**
 * SEARCH: RFC 9051 §6.4.4, the \Recent keys of RFC 3501, MODSEQ (RFC 7162), WITHIN (RFC 5032),
 * OBJECTID (RFC 8474), SAVEDATE (RFC 8514), ESEARCH returns (RFC 4731), SAVE (RFC 5182), PARTIAL
 * (RFC 9394), CONTEXT and UPDATE (RFC 5267, with FETCH items RFC 5465 §7).
 *
 * Strings are decoded by the CHARSET given, UTF-8 without one. Refused: unknown keys, nesting past
 * the bound, a charset other than UTF-8 after UTF-8 was enabled (RFC 6855 §3).
 */
import { charsetDecoder } from "./charsets.ts";
import { date } from "./date-syntax.ts";
import type { Decoder } from "./decoder.ts";
import { fetchItems } from "./fetch-syntax.ts";
import { MAX_SEARCH_KEYS } from "./limits.ts";
import { searchSources } from "./mailbox-filter-syntax.ts";
import type { MailboxFilter } from "./mailbox-filter-syntax.ts";
import { resultPage } from "./page-syntax.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import type {
  FetchItem,
  ResultPage,
  SearchCommand,
  SearchKey,
  SearchReturn,
  SystemFlagName,
} from "./types.ts";

/** What a key's production may need beside the decoder. */
interface Reading {
  readonly decode: (bytes: Buffer) => string;
  keys: number;
}

type Production = (d: Decoder, reading: Reading) => SearchKey;

/** Everything after "SEARCH". */
export function searchArguments(d: Decoder): SearchCommand {
  return searchProgram(d.sp());
}

/** Everything after "ESEARCH": RFC 7377 §4. Without a source the selected mailbox is meant. */
export function multiSearchArguments(
  d: Decoder,
): SearchCommand & { readonly sources: readonly MailboxFilter[] } {
  if (!d.sp().tryWord("IN")) return { sources: [{ kind: "selected" }], ...searchProgram(d) };
  const sources = searchSources(d.sp());
  return { sources, ...searchProgram(d.sp()) };
}

function searchProgram(d: Decoder): SearchCommand {
  const returns = tryReturns(d);
  const decode = d.tryWord("CHARSET") ? charset(d.sp(), returns) : charsetDecoder("utf-8");
  return { ...returns, key: searchKeys(d, { decode, keys: 0 }) };
}

/** RFC 5256 §4: where the charset must be given, and the word CHARSET may not. */
export function searchCriteria(d: Decoder, asked: Pick<SearchCommand, "returns">): SearchKey {
  const decode = charset(d, asked);
  return searchKeys(d, { decode, keys: 0 });
}

/** [RETURN "(" … ")" SP] */
export function tryReturns(d: Decoder): Omit<SearchCommand, "key"> {
  if (!d.tryWord("RETURN")) return { returns: null, page: null, items: [] };
  let page: ResultPage | null = null;
  const items: FetchItem[] = [];
  const options = d.sp().listOrEmpty((list) => {
    const option = searchReturn(list);
    if (option === "PARTIAL") {
      if (page !== null) throw new ImapSyntaxError("PARTIAL is given twice");
      page = resultPage(list.sp());
    }
    // With the space of the RFC's example, or without it by its grammar.
    if (option === "UPDATE" && (list.seesList || list.seesSpList)) {
      list.trySp();
      items.push(...fetchItems(list));
    }
    return option;
  });
  d.sp();
  // RFC 9394 §3.1: all of it and a part of it is a contradiction.
  if (page !== null && options.includes("ALL"))
    throw new ImapSyntaxError("ALL and PARTIAL exclude each other");
  return { returns: options.length === 0 ? ["ALL"] : [...new Set(options)], page, items };
}

function searchReturn(d: Decoder): SearchReturn {
  const word = d.word();
  switch (word) {
    case "MIN":
    case "MAX":
    case "ALL":
    case "COUNT":
    case "SAVE":
    case "PARTIAL":
    case "CONTEXT":
    case "UPDATE":
      return word;
    default:
      throw new ImapSyntaxError("Unknown SEARCH return option");
  }
}

/** astring SP */
function charset(d: Decoder, { returns }: Pick<SearchCommand, "returns">): Reading["decode"] {
  const name = d.astring();
  if (d.utf8 && !/^(utf-?8|us-ascii)$/i.test(name))
    throw new ImapSyntaxError("Strings are UTF-8 in this session");
  const decode = charsetDecoder(name, { saves: returns?.includes("SAVE") ?? false });
  d.sp();
  return decode;
}

/** search-key *(SP search-key), up to the end or a closing parenthesis. */
function searchKeys(d: Decoder, reading: Reading): SearchKey {
  const keys = [searchKey(d, reading)];
  while (d.trySp()) keys.push(searchKey(d, reading));
  const [only] = keys;
  return keys.length === 1 && only !== undefined ? only : { kind: "and", keys };
}

function searchKey(d: Decoder, reading: Reading): SearchKey {
  if (++reading.keys > MAX_SEARCH_KEYS) throw new ImapSyntaxError("Too many search keys");
  return d.nested(() => {
    if (d.trySpecial("(")) {
      const keys = searchKeys(d, reading);
      d.special(")");
      return keys;
    }
    if (d.seesNumSet) return { kind: "seq", set: d.numSet() };
    const production = KEYS.get(d.word());
    if (production === undefined) throw new ImapSyntaxError("Unknown search key");
    return production(d, reading);
  });
}

// ── Productions ─────────────────────────────────────────────────────────────────────────────────

const always = (key: SearchKey) => (): SearchKey => key;
const not = (key: SearchKey): SearchKey => ({ kind: "not", key });
const flag = (name: SystemFlagName): SearchKey => ({ kind: "flag", flag: name });
const RECENT: SearchKey = { kind: "recent" };

const text = (d: Decoder, { decode }: Reading) => decode(d.sp().astringBytes());
const header =
  (name: string): Production =>
  (d, reading) => ({ kind: "header", name, value: text(d, reading) });

const day =
  (of: "received" | "sent" | "saved", relation: "before" | "on" | "since"): Production =>
  (d) => ({ kind: "date", of, relation, day: date(d.sp()) });

/** RFC 7162 §3.1.5: the entry name and type are read and, flags having no modseq of their own, unused. */
function modseq(d: Decoder): SearchKey {
  d.sp();
  if (d.sees('"')) {
    d.string();
    const type = d.sp().word();
    if (!["SHARED", "PRIV", "ALL"].includes(type)) throw new ImapSyntaxError("Bad MODSEQ type");
    d.sp();
  }
  return { kind: "modseq", modseq: d.number64() };
}

const KEYS = new Map<string, Production>([
  ["ALL", always({ kind: "all" })],
  ["ANSWERED", always(flag("\\Answered"))],
  ["DELETED", always(flag("\\Deleted"))],
  ["DRAFT", always(flag("\\Draft"))],
  ["FLAGGED", always(flag("\\Flagged"))],
  ["SEEN", always(flag("\\Seen"))],
  ["UNANSWERED", always(not(flag("\\Answered")))],
  ["UNDELETED", always(not(flag("\\Deleted")))],
  ["UNDRAFT", always(not(flag("\\Draft")))],
  ["UNFLAGGED", always(not(flag("\\Flagged")))],
  ["UNSEEN", always(not(flag("\\Seen")))],
  ["RECENT", always(RECENT)],
  ["OLD", always(not(RECENT))],
  ["NEW", always({ kind: "and", keys: [RECENT, not(flag("\\Seen"))] })],
  ["KEYWORD", (d) => ({ kind: "keyword", keyword: d.sp().atom() })],
  ["UNKEYWORD", (d) => not({ kind: "keyword", keyword: d.sp().atom() })],
  ["NOT", (d, reading) => not(searchKey(d.sp(), reading))],
  [
    "OR",
    (d, reading) => {
      const left = searchKey(d.sp(), reading);
      return { kind: "or", left, right: searchKey(d.sp(), reading) };
    },
  ],
  ["UID", (d) => ({ kind: "uid", set: d.sp().numSet() })],
  ["LARGER", (d) => ({ kind: "larger", size: d.sp().number64() })],
  ["SMALLER", (d) => ({ kind: "smaller", size: d.sp().number64() })],
  ["BEFORE", day("received", "before")],
  ["ON", day("received", "on")],
  ["SINCE", day("received", "since")],
  ["SENTBEFORE", day("sent", "before")],
  ["SENTON", day("sent", "on")],
  ["SENTSINCE", day("sent", "since")],
  ["SAVEDBEFORE", day("saved", "before")],
  ["SAVEDON", day("saved", "on")],
  ["SAVEDSINCE", day("saved", "since")],
  ["SAVEDATESUPPORTED", always({ kind: "saveDateSupported" })],
  ["OLDER", (d) => ({ kind: "older", seconds: d.sp().nzNumber() })],
  ["YOUNGER", (d) => ({ kind: "younger", seconds: d.sp().nzNumber() })],
  ["MODSEQ", modseq],
  ["EMAILID", (d) => ({ kind: "emailId", id: d.sp().atom() })],
  ["THREADID", (d) => ({ kind: "threadId", id: d.sp().atom() })],
  ["BCC", header("bcc")],
  ["CC", header("cc")],
  ["FROM", header("from")],
  ["SUBJECT", header("subject")],
  ["TO", header("to")],
  [
    "HEADER",
    (d, reading) => {
      const name = d.sp().astring();
      return { kind: "header", name: name.toLowerCase(), value: text(d, reading) };
    },
  ],
  ["BODY", (d, reading) => ({ kind: "body", value: text(d, reading) })],
  ["TEXT", (d, reading) => ({ kind: "text", value: text(d, reading) })],
]);
