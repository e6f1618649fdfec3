/**
 * LIST and STATUS: RFC 9051 §6.3.9 and §6.3.11, LIST-EXTENDED (RFC 5258), LIST-STATUS (RFC 5819),
 * SPECIAL-USE (RFC 6154), and what other RFCs let STATUS ask (7162, 7889, 8438, 8474, 9208).
 */
import type { Decoder } from "./decoder.ts";
import { metadataEntries } from "./metadata-syntax.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import type { ListCommand, StatusItem } from "./types.ts";

const STATUS_ITEMS: ReadonlySet<string> = new Set<StatusItem>([
  "MESSAGES",
  "RECENT",
  "UIDNEXT",
  "UIDVALIDITY",
  "UNSEEN",
  "DELETED",
  "DELETED-STORAGE",
  "SIZE",
  "HIGHESTMODSEQ",
  "MAILBOXID",
  "APPENDLIMIT",
]);

function isStatusItem(word: string): word is StatusItem {
  return STATUS_ITEMS.has(word);
}

/** status-att *(SP status-att) in parentheses. */
export function statusItems(d: Decoder): StatusItem[] {
  return d.list((list) => {
    const word = list.word();
    if (!isStatusItem(word)) throw new ImapSyntaxError("Unknown STATUS item");
    return word;
  });
}

const RETURNS = new Set([
  "SUBSCRIBED",
  "CHILDREN",
  "SPECIAL-USE",
  "STATUS",
  "METADATA",
  "MYRIGHTS",
]);

const NO_RETURNS: ListCommand["returns"] = {
  ...{ subscribed: false, children: false, specialUse: false, status: null, metadata: null },
  myRights: false,
};

/** Everything after "LIST SP". */
export function listArguments(d: Decoder): ListCommand {
  const select = d.seesList ? selectOptions(d) : null;
  if (select !== null) d.sp();
  const reference = d.mailbox();
  const several = d.sp().seesList;
  const patterns = several ? d.list((list) => list.listMailbox()) : [d.listMailbox()];
  const returns = d.trySp() ? returnOptions(d) : null;
  return {
    reference,
    patterns,
    select: select ?? { subscribed: false, recursiveMatch: false, specialUse: false },
    returns: returns ?? NO_RETURNS,
    extended: select !== null || several || returns !== null,
  };
}

function selectOptions(d: Decoder): ListCommand["select"] {
  const words = new Set(d.listOrEmpty((list) => list.word()));
  for (const word of words) {
    if (!["SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE"].includes(word))
      throw new ImapSyntaxError("Unknown LIST selection option");
  }
  const recursiveMatch = words.has("RECURSIVEMATCH");
  const base = words.has("SUBSCRIBED") || words.has("SPECIAL-USE");
  // RFC 9051 §6.3.9.1: RECURSIVEMATCH says how to apply another option, and REMOTE is not one.
  if (recursiveMatch && !base) throw new ImapSyntaxError("RECURSIVEMATCH needs another option");
  return {
    subscribed: words.has("SUBSCRIBED"),
    specialUse: words.has("SPECIAL-USE"),
    recursiveMatch,
  };
}

function returnOptions(d: Decoder): ListCommand["returns"] {
  if (!d.tryWord("RETURN")) throw new ImapSyntaxError("Expected RETURN");
  let status: StatusItem[] | null = null;
  let metadata: string[] | null = null;
  const words = new Set<string>();
  d.sp().listOrEmpty((list) => {
    const word = list.word();
    if (!RETURNS.has(word)) throw new ImapSyntaxError("Unknown LIST return option");
    words.add(word);
    if (word === "STATUS") status = statusItems(list.sp());
    if (word === "METADATA") metadata = metadataEntries(list.sp()); // RFC 9590
  });
  return {
    subscribed: words.has("SUBSCRIBED"),
    children: words.has("CHILDREN"),
    specialUse: words.has("SPECIAL-USE"),
    status,
    metadata,
    myRights: words.has("MYRIGHTS"), // RFC 8440
  };
}

/** CREATE's "(USE (\Sent))": RFC 6154 §3. */
export function createUse(d: Decoder): string[] {
  d.special("(");
  if (!d.tryWord("USE")) throw new ImapSyntaxError("Unknown CREATE option");
  const uses = d.sp().listOrEmpty((list) => list.flag());
  d.special(")");
  return uses;
}
