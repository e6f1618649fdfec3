/**
 * What is said of mailboxes that are not selected: LIST for names, STATUS for messages, METADATA for
 * annotations (RFC 5465 §5). Everything is put together before anything is said, so that too much can be
 * seen in time (§5.8).
 */
import type { NotifyEvent } from "../../../lib/codec/imap/notify-events.ts";
import type { StatusItem } from "../../../lib/codec/imap/types.ts";
import type { FolderId } from "../../../lib/mail/ports.ts";
import { hasRights } from "../../../lib/mail/rights.ts";
import { sayListed } from "../list-response.ts";
import { attributesOf, byInboxFirst, parentsOf } from "../listing.ts";
import { tellMetadata } from "../metadata.ts";
import type { ImapSession } from "../state.ts";
import { tellStatus } from "../status-items.ts";
import { annotationChanges, messageChanges, nameChanges, subscriptionChanges } from "./snapshot.ts";
import type { MessageChange, Snapshot } from "./snapshot.ts";
import type { Wishes } from "./wishes.ts";

export type Say = () => void | Promise<void>;

export interface Listener {
  readonly session: ImapSession;
  readonly wishes: Wishes;
}

/** What the client did itself, and what a look alone does not show. */
export interface Known {
  readonly ownNames: ReadonlySet<string>;
  /** Old name → new name. */
  readonly ownRenames: ReadonlyMap<string, string>;
  readonly ownSubscriptions: ReadonlySet<string>;
  readonly fromInbox: ReadonlySet<FolderId>;
}

export function sayingsOf(
  listener: Listener,
  { before, now }: { before: Snapshot; now: Snapshot },
  known: Known,
): Say[] {
  return [
    ...names(listener, { before, now }, known),
    ...statuses(listener, before, now),
    ...annotations(listener, before, now),
  ];
}

function names(
  { session, wishes }: Listener,
  { before, now }: { before: Snapshot; now: Snapshot },
  { ownNames, ownRenames, ownSubscriptions, fromInbox }: Known,
): Say[] {
  const subscribed = new Set([...before.subscriptions, ...now.subscriptions]);
  const wants = (name: string, event: NotifyEvent) => wishes.eventsOf(name, subscribed).has(event);
  const told = new Map<string, string | null>();
  for (const [name, { oldName }] of nameChanges(before, now, fromInbox, ownRenames)) {
    if (ownNames.has(name)) continue;
    if (wants(name, "MailboxName") || (oldName !== null && wants(oldName, "MailboxName")))
      told.set(name, oldName);
  }
  for (const name of subscriptionChanges(before, now)) {
    if (ownSubscriptions.has(name) || told.has(name)) continue;
    if (wants(name, "SubscriptionChange")) told.set(name, null);
  }
  if (told.size === 0) return [];
  const sayName = nameSayer(session, now);
  const sorted = [...told].sort(([a], [b]) => byInboxFirst(a, b));
  return sorted.map((change) => () => sayName(...change));
}

/** Says a name with all that is true of it. */
function nameSayer(
  session: ImapSession,
  { folders, subscriptions }: Snapshot,
): (name: string, oldName: string | null) => void {
  const byName = new Map([...folders.values()].map((folder) => [folder.name, folder]));
  const parents = parentsOf([...byName.keys()]);
  return (name, oldName) => {
    const folder = byName.get(name) ?? null;
    const denied = folder !== null && !hasRights(folder.rights, "r");
    const facts = { children: parents.has(name), subscribed: subscriptions.has(name) };
    const attributes = [...(denied ? ["\\NoAccess"] : []), ...attributesOf(folder, facts)];
    sayListed(session, "LIST", { name, attributes, childInfo: [], folder, oldName });
  };
}

/** §3.1: what was asked for and may be looked up, but not read. */
export function sayDenied({ session, wishes }: Listener, seen: Snapshot): void {
  const sayName = nameSayer(session, seen);
  for (const { name, rights } of seen.folders.values()) {
    if (hasRights(rights, "r") || wishes.eventsOf(name, seen.subscriptions).size === 0) continue;
    sayName(name, null);
  }
}

function statuses(listener: Listener, before: Snapshot, now: Snapshot): Say[] {
  const { session } = listener;
  return messageChanges(before, now).flatMap((change) => {
    if (change.folder.id === session.selected?.folder.id) return [];
    const items = itemsOf(listener, change, now);
    return items.length === 0 ? [] : [() => tellStatus(session, change.folder, items)];
  });
}

/** §5.1 to §5.3. Nothing when the client has not asked, or could not make anything of it. */
function itemsOf(
  { session, wishes }: Listener,
  { folder, counts, unseen, fresh }: MessageChange,
  { subscriptions }: Snapshot,
): StatusItem[] {
  const events = wishes.eventsOf(folder.name, subscriptions);
  if (!events.has("MessageNew") || !hasRights(folder.rights, "r")) return [];
  const flags = events.has("FlagChange");
  const modseq: StatusItem[] = session.enabled.has("CONDSTORE") ? ["HIGHESTMODSEQ"] : [];
  const seen: StatusItem[] = flags && unseen ? ["UNSEEN"] : [];
  const validity: StatusItem[] = fresh ? ["UIDVALIDITY"] : [];
  if (counts) return ["UIDNEXT", "MESSAGES", ...validity, ...seen, ...modseq];
  if (!flags || modseq.length + seen.length === 0) return [];
  return ["UIDVALIDITY", ...seen, ...modseq];
}

function annotations({ session, wishes }: Listener, before: Snapshot, now: Snapshot): Say[] {
  return annotationChanges(before, now).flatMap(({ folder, entries }) => {
    const wanted =
      folder === null
        ? wishes.anywhere("ServerMetadataChange")
        : hasRights(folder.rights, "r") &&
          wishes.eventsOf(folder.name, now.subscriptions).has("MailboxMetadataChange");
    return wanted ? [() => tellMetadata(session, folder?.name ?? "", entries)] : [];
  });
}

/** NOTIFY SET STATUS (§3.1): where each mailbox stands whose messages are watched. */
export async function sayAll({ session, wishes }: Listener, seen: Snapshot): Promise<void> {
  const folders = [...seen.folders.values()].sort((a, b) => byInboxFirst(a.name, b.name));
  for (const folder of folders) {
    if (folder.id === session.selected?.folder.id) continue;
    const events = wishes.eventsOf(folder.name, seen.subscriptions);
    if (!events.has("MessageNew") || !hasRights(folder.rights, "r")) continue;
    const flags: StatusItem[] = events.has("FlagChange") ? ["UNSEEN"] : [];
    const modseq: StatusItem[] =
      flags.length > 0 || session.enabled.has("CONDSTORE") ? ["HIGHESTMODSEQ"] : [];
    const items: StatusItem[] = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", ...flags, ...modseq];
    await tellStatus(session, folder, items);
    if (session.out.full) await session.out.flush();
  }
}
