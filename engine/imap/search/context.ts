/**
 * Searches whose results are kept up to date: UPDATE of RFC 5267 §4.3. Whatever changes in the selected
 * mailbox is judged again by the same keys, and what that adds or takes is told as ADDTO and REMOVEFROM.
 *
 * Only messages that changed are looked at. Message numbers and "$" in the keys are those of the moment
 * of the command (§4.3). A mailbox has few contexts, a SORT only a short one: more is NOUPDATE (§4.3.1).
 */
import { formatNumSet, toSpans } from "../../../lib/codec/imap/numset.ts";
import type { SetRange } from "../../../lib/codec/imap/numset.ts";
import type { FetchItem, SearchKey, SortCriterion } from "../../../lib/codec/imap/types.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import type { Uid } from "../../../lib/mail/ports.ts";
import type { Call } from "../command.ts";
import { MAX_CONTEXTS, MAX_SORTED_CONTEXT } from "../limits.ts";
import { Progress } from "../progress.ts";
import type { Selected } from "../selected.ts";
import type { ImapSession } from "../state.ts";
import { runSearch } from "./search.ts";
import { sortFound } from "./sort.ts";

export interface SearchContext {
  /** "* ESEARCH (TAG "a1") UID": how an update begins. */
  readonly head: string;
  /** Told by uid; else by message number. */
  readonly uid: boolean;
  readonly key: SearchKey;
  /** The order of a SORT; null is the mailbox's. */
  readonly criteria: readonly SortCriterion[] | null;
  /** Told of a new message that is found: RFC 5465 §7. */
  readonly items: readonly FetchItem[];
  /** What the client holds: in order for a SORT, else in any. */
  found: Set<Uid>;
}

interface Asked {
  readonly key: SearchKey;
  readonly criteria: readonly SortCriterion[] | null;
  readonly items: readonly FetchItem[];
  /** Of ESEARCH: names the mailbox, and speaks in uids. */
  readonly head?: string;
}

/**
 * Before the search, so that no change during it is missed. Null when there is no room for it. A tag
 * that is in use already is refused (§4.3).
 */
export function startContext({ session, tag, uid }: Call, asked: Asked): SearchContext | null {
  const { mailbox } = session;
  if (mailbox.contexts.has(tag)) throw new ImapSyntaxError("That tag has a search of its own");
  if (mailbox.contexts.size >= MAX_CONTEXTS) return null;
  const byUid = uid || asked.head !== undefined;
  const context = {
    head: asked.head ?? `* ESEARCH (TAG "${tag}")${uid ? " UID" : ""}`,
    uid: byUid,
    key: fixed(asked.key, mailbox),
    criteria: asked.criteria,
    items: asked.items,
    found: new Set<Uid>(),
  };
  mailbox.contexts.set(tag, context);
  return context;
}

/** After it: what is to be kept up to date, or word that it will not be. */
export function keepContext(
  { session, tag }: Call,
  context: SearchContext | null,
  found: readonly Uid[],
): void {
  const sorted = context !== null && context.criteria !== null;
  const long = sorted && found.length > MAX_SORTED_CONTEXT;
  if (context !== null && !long) return void (context.found = new Set(found));
  if (context !== null) dropContext(session, tag);
  session.out.status("NO", "The result will not be updated", `NOUPDATE "${tag}"`);
}

export function dropContext({ selected }: ImapSession, tag: string): void {
  selected?.contexts.delete(tag);
}

/** Numbers that move and "$", as the uids they are now. */
function fixed(key: SearchKey, mailbox: Selected): SearchKey {
  switch (key.kind) {
    case "seq":
    case "uid": {
      if (key.kind === "uid" && key.set !== "$") return key;
      const uids = key.set === "$" ? mailbox.saved : numbered(mailbox, key.set);
      return { kind: "uid", set: uids.map((uid): SetRange => ({ first: uid, last: uid })) };
    }
    case "not":
      return { kind: "not", key: fixed(key.key, mailbox) };
    case "or":
      return { kind: "or", left: fixed(key.left, mailbox), right: fixed(key.right, mailbox) };
    case "and":
      return { kind: "and", keys: key.keys.map((inner) => fixed(inner, mailbox)) };
    default:
      return key;
  }
}

/** The uids of message numbers; those past the end the search itself judges. */
function numbered({ tracker }: Selected, ranges: readonly SetRange[]): Uid[] {
  return toSpans(ranges, tracker.exists).flatMap(([first, last]) => {
    const length = Math.max(0, Math.min(last, tracker.exists) - first + 1);
    return Array.from({ length }, (_, at) => tracker.uidOf(first + at));
  });
}

// ── Updates ─────────────────────────────────────────────────────────────────────────────────────

/** Before the removals are told, while their numbers still count (§4.3.4). Nothing is awaited. */
export function tellTaken(session: ImapSession): void {
  const { contexts, tracker } = session.mailbox;
  for (const context of contexts.values()) tellRemoved(session, context, tracker.untold);
}

/** What is to be told of messages; of all that are new when there are no uids. */
export interface Joined {
  readonly uids: ReadonlySet<Uid> | null;
  readonly items: readonly FetchItem[];
}

/**
 * After EXISTS and FETCH: RFC 5267 §4.3.3, RFC 5465 §5.1. Answers what searches want to know of those
 * they found among the new ones.
 */
export async function tellJudged(
  session: ImapSession,
  arrived: ReadonlySet<Uid>,
): Promise<Joined[]> {
  const { mailbox } = session;
  const joined: Joined[] = [];
  if (mailbox.contexts.size === 0) return joined;
  const touched = mailbox.takeTouched();
  if (touched.length === 0) return joined;
  for (const context of [...mailbox.contexts.values()]) {
    const place = { mailbox, progress: new Progress(null), among: touched };
    const matching = new Set(await runSearch(session, context.key, place));
    const lost = touched.filter((uid) => context.found.has(uid) && !matching.has(uid));
    tellRemoved(session, context, lost);
    const added = [...matching].filter((uid) => !context.found.has(uid));
    if (added.length > 0) await tellAdded(session, context, added);
    const uids = new Set(added.filter((uid) => arrived.has(uid)));
    if (uids.size > 0) joined.push({ uids, items: context.items });
    if (session.out.full) await session.out.flush();
  }
  return joined;
}

function tellRemoved(session: ImapSession, context: SearchContext, uids: readonly Uid[]): void {
  const gone = uids.filter((uid) => context.found.has(uid));
  if (gone.length === 0) return;
  const numbers = numbersOf(session, context, gone);
  if (context.criteria === null) {
    session.out.line(`${context.head} REMOVEFROM (0 ${formatNumSet(numbers)})`);
  } else {
    const places = placesOf([...context.found], gone);
    // From the end, so that the places still to come stay what they are.
    const pairs = [...places]
      .reverse()
      .map(([uid, place]) => `${place} ${numberOf(session, context, uid)}`);
    session.out.line(`${context.head} REMOVEFROM (${pairs.join(" ")})`);
  }
  for (const uid of gone) context.found.delete(uid);
}

async function tellAdded(
  session: ImapSession,
  context: SearchContext,
  added: readonly Uid[],
): Promise<void> {
  if (context.criteria === null) {
    for (const uid of added) context.found.add(uid);
    const numbers = numbersOf(session, context, added);
    return session.out.line(`${context.head} ADDTO (0 ${formatNumSet(numbers)})`);
  }
  // Equals stand in the order of the mailbox (RFC 5256 §3), so that is the order to sort from.
  const all = [...context.found, ...added].sort((a, b) => a - b);
  const how = { criteria: context.criteria, progress: new Progress(null) };
  const sorted = await sortFound(session, all, how);
  tellTaken(session); // what went while the others were read has no place any more
  const present = sorted.filter((uid) => session.mailbox.open.rowOf(uid) >= 0);
  const pairs = [...placesOf(present, added)].map(
    ([uid, place]) => `${place} ${numberOf(session, context, uid)}`,
  );
  context.found = new Set(present);
  if (pairs.length > 0) session.out.line(`${context.head} ADDTO (${pairs.join(" ")})`);
}

/** Places of these in a list, the first one 1, ascending. */
function placesOf(list: readonly Uid[], uids: readonly Uid[]): Map<Uid, number> {
  const wanted = new Set(uids);
  return new Map(list.flatMap((uid, at) => (wanted.has(uid) ? [[uid, at + 1] as const] : [])));
}

function numberOf({ mailbox }: ImapSession, { uid: byUid }: SearchContext, uid: Uid): number {
  return byUid ? uid : mailbox.tracker.seqOf(uid);
}

function numbersOf(session: ImapSession, context: SearchContext, uids: readonly Uid[]): number[] {
  return [...uids].sort((a, b) => a - b).map((uid) => numberOf(session, context, uid));
}
