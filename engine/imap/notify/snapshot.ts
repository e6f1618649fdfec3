/**
 * A mailbox at one moment, and what is different at another: RFC 5465 §5. Whatever happened in between
 * is one difference, however many notices there were and whichever were lost. Pure.
 */
import type { FolderId, MetadataDigest } from "../../../lib/mail/ports.ts";
import { hasRights } from "../../../lib/mail/rights.ts";
import type { Seen } from "../access.ts";

export interface Snapshot {
  readonly folders: ReadonlyMap<FolderId, Seen>;
  readonly subscriptions: ReadonlySet<string>;
  readonly annotations: readonly MetadataDigest[];
}

export const NOTHING: Snapshot = {
  folders: new Map(),
  subscriptions: new Set(),
  annotations: [],
};

// ── Names ───────────────────────────────────────────────────────────────────────────────────────

/**
 * Names that were created, deleted or renamed, and the direct parents of the former (§5.4); those that
 * one may read now, or not any more (§5.9). What one may look up comes and goes like what is made.
 * `known`: renames that neither snapshot shows, for what was renamed is in one of them alone.
 */
export function nameChanges(
  before: Snapshot,
  after: Snapshot,
  fromInbox: ReadonlySet<FolderId>,
  known: ReadonlyMap<string, string> = new Map(),
): Map<string, { readonly oldName: string | null }> {
  const changes = new Map<string, { oldName: string | null }>();
  const parents = new Set<string>();
  const renames = new Map<string, string>();
  for (const { id, name, rights } of after.folders.values()) {
    const old = before.folders.get(id);
    if (old !== undefined && old.name !== name) renames.set(old.name, name);
    if (old !== undefined && hasRights(old.rights, "r") !== hasRights(rights, "r"))
      changes.set(name, { oldName: null });
    if (old !== undefined) continue;
    // RENAME of INBOX: the messages moved, and a new INBOX is assumed to have been made.
    changes.set(name, { oldName: fromInbox.has(id) ? "INBOX" : null });
    if (!fromInbox.has(id)) parents.add(parentOf(name));
  }
  for (const { id, name } of before.folders.values()) {
    if (after.folders.has(id)) continue;
    changes.set(name, { oldName: null });
    parents.add(parentOf(name));
  }
  const all = new Map([...known, ...renames]);
  for (const [oldName, name] of renames)
    if (!goesAlong(oldName, name, all)) changes.set(name, { oldName });
  for (const name of parents)
    if (name !== "" && !changes.has(name)) changes.set(name, { oldName: null });
  return changes;
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** Renamed only because something above it was: not told (§5.4). */
function goesAlong(oldName: string, name: string, renames: ReadonlyMap<string, string>): boolean {
  for (let at = oldName.lastIndexOf("/"); at > 0; at = oldName.lastIndexOf("/", at - 1)) {
    const rest = oldName.slice(at);
    if (!name.endsWith(rest)) return false;
    if (renames.get(oldName.slice(0, at)) === name.slice(0, -rest.length)) return true;
  }
  return false;
}

/** Names that were subscribed or are not any more (§5.5). */
export function subscriptionChanges(before: Snapshot, after: Snapshot): Set<string> {
  const [then, now] = [before.subscriptions, after.subscriptions];
  return new Set([
    ...[...then].filter((name) => !now.has(name)),
    ...[...now].filter((name) => !then.has(name)),
  ]);
}

// ── Messages ────────────────────────────────────────────────────────────────────────────────────

export interface MessageChange {
  readonly folder: Seen;
  /** Messages came or went. */
  readonly counts: boolean;
  readonly unseen: boolean;
  /** Another mailbox than the one that had the name before: its uids are others. */
  readonly fresh: boolean;
}

/** Mailboxes whose messages, or their flags, are not what they were (§5.1 to §5.3). */
export function messageChanges(before: Snapshot, after: Snapshot): MessageChange[] {
  const names = new Map([...before.folders.values()].map(({ id, name }) => [name, id]));
  return [...after.folders.values()].flatMap((folder) => {
    const known = before.folders.get(folder.id);
    const hadName = names.get(folder.name);
    if (known === undefined && hadName === undefined && folder.uidNext === 1) return [];
    const fresh = known === undefined || (hadName !== undefined && hadName !== folder.id);
    if (!fresh && known.highestModseq === folder.highestModseq && sameCounts(known, folder))
      return [];
    const counts = fresh || !sameCounts(known, folder);
    return [{ folder, fresh, counts, unseen: fresh || known.unseen !== folder.unseen }];
  });
}

function sameCounts(a: Seen, b: Seen): boolean {
  return a.uidNext === b.uidNext && a.messages === b.messages;
}

/**
 * What a client itself put into a folder, as if it had been seen there: its uids, all with one new
 * modseq. What others did at the same time is different all the same.
 */
export function withOwn(folder: Seen, uids: readonly number[]): Seen {
  if (uids.length === 0 || uids[0] !== folder.uidNext) return folder;
  return {
    ...folder,
    uidNext: folder.uidNext + uids.length,
    messages: folder.messages + uids.length,
    highestModseq: folder.highestModseq + 1,
  };
}

// ── Annotations ─────────────────────────────────────────────────────────────────────────────────

export interface AnnotationChange {
  /** Null: of the server. */
  readonly folder: Seen | null;
  readonly entries: readonly string[];
}

/** Entries that were set, changed or removed, of what still exists (§5.6, §5.7). */
export function annotationChanges(before: Snapshot, after: Snapshot): AnnotationChange[] {
  const key = ({ folderId, entry }: MetadataDigest) => `${folderId ?? ""} ${entry}`;
  const known = new Map(before.annotations.map((one) => [key(one), one.digest]));
  const now = new Set(after.annotations.map(key));
  const changed = [
    ...after.annotations.filter((one) => known.get(key(one)) !== one.digest),
    ...before.annotations.filter((one) => !now.has(key(one))),
  ];
  return [...Map.groupBy(changed, ({ folderId }) => folderId)].flatMap(([folderId, entries]) => {
    const folder = folderId === null ? null : after.folders.get(folderId);
    if (folder === undefined) return []; // deleted with its annotations
    return [{ folder, entries: entries.map(({ entry }) => entry).sort() }];
  });
}
