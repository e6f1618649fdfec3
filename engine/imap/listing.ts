/**
 * The folders a LIST answers, with their attributes: RFC 9051 §6.3.9 and §7.3.1, LIST-EXTENDED
 * (RFC 5258), CHILDREN (RFC 3348), SPECIAL-USE (RFC 6154).
 *
 * A subscription may outlive its folder: then the name is listed as \NonExistent.
 */
import type { ListCommand } from "../../lib/codec/imap/types.ts";
import type { Folder } from "../../lib/mail/ports.ts";
import { hasRights } from "../../lib/mail/rights.ts";
import { OTHER_USERS } from "../../lib/mail/shared-names.ts";
import type { Seen } from "./access.ts";
import { matchesPattern } from "./folder-match.ts";

export interface Listed<F extends Folder = Folder> {
  readonly name: string;
  readonly attributes: readonly string[];
  /** Selection options that something below it meets: CHILDINFO. */
  readonly childInfo: readonly string[];
  readonly folder: F | null;
  /** What it was called before it was renamed: RFC 5465 §5.4. */
  readonly oldName?: string | null;
}

export interface Folders<F extends Folder = Folder> {
  readonly folders: readonly F[];
  readonly subscriptions: readonly string[];
}

export function listed(
  command: ListCommand,
  { folders, subscriptions }: Folders<Seen>,
): Listed<Seen>[] {
  const byName = new Map(folders.map((folder) => [folder.name, folder]));
  const subscribed = new Set(subscriptions);
  const names = [...byName.keys(), ...(command.select.subscribed ? subscriptions : [])];
  const parents = parentsOf(names);
  // Levels above what others share: no mailboxes, and without them a client finds no way there.
  const levels = [...parents].filter((name) => !byName.has(name) && isLevel(name));
  const above = command.select.recursiveMatch ? parents : levels;
  const candidates = new Set([...names, ...above]);
  const patterns = command.patterns.map((pattern) => command.reference + pattern);
  const matching = (name: string) => patterns.some((pattern) => matchesPattern(name, pattern));
  const chosen = (name: string) =>
    (!command.select.subscribed || subscribed.has(name)) &&
    (!command.select.specialUse || (byName.get(name)?.specialUse ?? null) !== null);
  const found = command.select.recursiveMatch ? names.filter(chosen) : [];
  const parentsOfChosen = parentsOf(found);
  // RFC 5258 §3.3: a name that is not chosen itself stands only for such as are not listed themselves.
  const parentsOfUnlisted = parentsOf(found.filter((name) => !matching(name)));

  return [...candidates].sort(byInboxFirst).flatMap((name) => {
    if (!matching(name)) return [];
    if (!chosen(name) && !parentsOfUnlisted.has(name)) return [];
    const recursive = parentsOfChosen.has(name);
    const folder = byName.get(name) ?? null;
    const facts = {
      children: parents.has(name),
      subscribed: wantsSubscribed(command) && subscribed.has(name),
    };
    // RFC 5819 §2: who may only look it up cannot select it, and is told no STATUS.
    const closed = folder !== null && !hasRights(folder.rights, "r");
    const attributes = [...(closed ? ["\\Noselect"] : []), ...attributesOf(folder, facts)];
    return [{ name, attributes, childInfo: recursive ? criteria(command) : [], folder }];
  });
}

/** Of a name; without a folder it is only that. */
export function attributesOf(
  folder: Folder | null,
  { children, subscribed }: { children: boolean; subscribed: boolean },
): string[] {
  return [
    ...(folder === null ? ["\\NonExistent"] : []),
    ...(folder === null && children ? ["\\Noselect"] : []), // for those who know no \NonExistent
    children ? "\\HasChildren" : "\\HasNoChildren",
    ...(folder?.specialUse ? [folder.specialUse] : []),
    ...(subscribed ? ["\\Subscribed"] : []),
  ];
}

/** "Other Users", and an owner below it. */
function isLevel(name: string): boolean {
  return name === OTHER_USERS || name.startsWith(`${OTHER_USERS}/`);
}

function wantsSubscribed({ select, returns }: ListCommand): boolean {
  return select.subscribed || returns.subscribed;
}

function criteria({ select }: ListCommand): string[] {
  return [
    ...(select.subscribed ? ["SUBSCRIBED"] : []),
    ...(select.specialUse ? ["SPECIAL-USE"] : []),
  ];
}

/** Every name that something stands below. */
export function parentsOf(names: readonly string[]): Set<string> {
  const parents = new Set<string>();
  for (const name of names) {
    for (let at = name.lastIndexOf("/"); at > 0; at = name.lastIndexOf("/", at - 1))
      parents.add(name.slice(0, at));
  }
  return parents;
}

export function byInboxFirst(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "INBOX") return -1;
  return b === "INBOX" || b < a ? 1 : -1;
}
