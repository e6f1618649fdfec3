/**
 * NOTIFY: RFC 5465 §8. Events may stand without their parentheses, as the RFC's own examples have them.
 *
 * Refused: what §5 and §6 call an error: one of MessageNew and MessageExpunge alone, changes of flags
 * without them, events of mailboxes for the selected one, two choices of the selected mailbox, FETCH
 * items for others. Events that nobody knows are read, so that they can be refused by name.
 */
import type { Decoder } from "./decoder.ts";
import { fetchItems } from "./fetch-syntax.ts";
import { MAX_LIST } from "./limits.ts";
import { NOTIFY_EVENTS, OTHER_EVENTS } from "./notify-events.ts";
import type { NotifyEvent } from "./notify-events.ts";
import { mailboxFilter } from "./mailbox-filter-syntax.ts";
import type { MailboxFilter } from "./mailbox-filter-syntax.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import type { FetchItem } from "./types.ts";

export type NotifyFilter = MailboxFilter | { readonly kind: "selectedDelayed" };

export interface EventGroup {
  readonly filter: NotifyFilter;
  /** Empty: NONE. */
  readonly events: ReadonlySet<NotifyEvent>;
  /** What is told of a new message. */
  readonly items: readonly FetchItem[];
}

export interface NotifyCommand {
  /** Say where the mailboxes stand now. */
  readonly status: boolean;
  /** Null: NOTIFY NONE. */
  readonly groups: readonly EventGroup[] | null;
  /** Some of the events are none that we know. */
  readonly unknown: boolean;
}

/** Everything after "NOTIFY SP". */
export function notifyArguments(d: Decoder): NotifyCommand {
  if (d.tryWord("NONE")) return { status: false, groups: null, unknown: false };
  if (!d.tryWord("SET")) throw new ImapSyntaxError("Expected SET or NONE");
  const status = d.sp().tryWord("STATUS");
  if (status) d.sp();
  const groups: Read[] = [];
  do {
    if (groups.length >= MAX_LIST) throw new ImapSyntaxError("A list is too long");
    groups.push(eventGroup(d));
  } while (d.trySp());
  if (groups.filter(({ filter }) => ofSelected(filter)).length > 1)
    throw new ImapSyntaxError("The selected mailbox is chosen twice");
  return { status, groups, unknown: groups.some(({ unknown }) => unknown) };
}

type Read = EventGroup & { readonly unknown: boolean };

/** "(" filter-mailboxes SP events ")" */
function eventGroup(d: Decoder): Read {
  d.special("(");
  const filter: NotifyFilter = d.tryWord("SELECTED-DELAYED")
    ? { kind: "selectedDelayed" }
    : mailboxFilter(d);
  const found: Found = { names: new Set(), items: [] };
  d.sp();
  if (d.seesList) d.list((list) => event(list, found));
  else if (!d.tryWord("NONE")) bareEvents(d, found);
  d.special(")");
  return checked(filter, found);
}

interface Found {
  /** In lower case. */
  readonly names: Set<string>;
  readonly items: FetchItem[];
}

function bareEvents(d: Decoder, found: Found): void {
  do {
    if (found.names.size >= MAX_LIST) throw new ImapSyntaxError("A list is too long");
    event(d, found);
  } while (d.trySp());
}

function event(d: Decoder, found: Found): void {
  const name = d.atom().toLowerCase();
  found.names.add(name);
  if (name !== "messagenew" || !d.seesSpList) return;
  found.items.push(...fetchItems(d.sp()));
}

function checked(filter: NotifyFilter, { names, items }: Found): Read {
  const has = (event: string) => names.has(event.toLowerCase());
  const events = new Set(NOTIFY_EVENTS.filter(has));
  if (events.has("MessageNew") !== events.has("MessageExpunge"))
    throw new ImapSyntaxError("MessageNew and MessageExpunge go together");
  if ((has("FlagChange") || has("AnnotationChange")) && !events.has("MessageNew"))
    throw new ImapSyntaxError("Changes need MessageNew and MessageExpunge");
  if (ofSelected(filter) && OTHER_EVENTS.some(has))
    throw new ImapSyntaxError("That is no event of the selected mailbox");
  if (!ofSelected(filter) && items.length > 0)
    throw new ImapSyntaxError("FETCH items are for the selected mailbox");
  return { filter, events, items, unknown: events.size < names.size };
}

/** SELECTED and SELECTED-DELAYED. */
export function ofSelected({ kind }: NotifyFilter): boolean {
  return kind === "selected" || kind === "selectedDelayed";
}
