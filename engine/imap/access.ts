/**
 * Mailboxes as a session names them, and what it may do there: RFC 4314, RFC 2342. One's own are called
 * what they are called; those of others stand below "Other Users" and the owner's address.
 *
 * What one may not even look up does not exist, whatever is asked of it (RFC 4314 §6).
 */
import { parseAddress } from "../../lib/mail/address.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { Folder, MailStore, OpenFolder, SharedFolder } from "../../lib/mail/ports.ts";
import { ALL_RIGHTS, hasRights } from "../../lib/mail/rights.ts";
import type { Rights } from "../../lib/mail/rights.ts";
import { OTHER_USERS } from "../../lib/mail/shared-names.ts";
import type { ImapSession } from "./state.ts";

/** A mailbox in the eyes of a session: `name` is the one that the session uses. */
export interface Seen extends Folder {
  /** As its owner calls it. */
  readonly localName: string;
  readonly rights: Rights;
}

/** Where a name points: to one's own mailboxes, or to those of an address. */
interface Pointer {
  readonly owner: string | null;
  readonly localName: string;
}

export function pointerOf(name: string): Pointer {
  const [first, owner = "", ...rest] = name.split("/");
  if (first !== OTHER_USERS || !owner.includes("@")) return { owner: null, localName: name };
  return { owner, localName: rest.join("/") };
}

export function isShared(name: string): boolean {
  return pointerOf(name).owner !== null;
}

export function ownSeen(folder: Folder): Seen {
  return { ...folder, localName: folder.name, rights: ALL_RIGHTS };
}

/** Special uses are the owner's: two mailboxes for what was sent would confuse a client. */
function sharedSeen({ owner, rights, ...folder }: SharedFolder): Seen {
  const name = `${OTHER_USERS}/${owner}/${folder.name}`;
  return { ...folder, name, localName: folder.name, rights, specialUse: null };
}

/** Null when there is none, or none in which the session may do anything. */
export function findSeen(session: ImapSession, name: string): Promise<Seen | null> {
  return seenBy(session.context.store, session.owner.mailboxId, name);
}

/** The same in the eyes of an account. */
export async function seenBy(
  store: MailStore,
  mailboxId: string,
  name: string,
): Promise<Seen | null> {
  const { owner, localName } = pointerOf(name);
  if (owner === null) {
    const folder = await store.findFolder(mailboxId, localName);
    return folder === null ? null : ownSeen(folder);
  }
  const address = parseAddress(owner);
  if (address === null || localName === "") return null;
  const [folder] = await store.findShared(mailboxId, address, [localName]);
  return folder === undefined ? null : sharedSeen(folder);
}

/** Opens a mailbox that one may read, or a refusal. */
export async function openSeen(
  session: ImapSession,
  name: string,
): Promise<{ seen: Seen; open: OpenFolder }> {
  const { store } = session.context;
  if (!isShared(name)) {
    const open = await store.openFolder(session.owner.mailboxId, name);
    return { seen: ownSeen(open.folder), open };
  }
  const seen = demand(await findSeen(session, name), "r");
  return { seen, open: await store.openFolder(seen.mailboxId, seen.localName) };
}

/** One's own, and those of others that one may look up. */
export async function listSeen(session: ImapSession): Promise<Seen[]> {
  const { store } = session.context;
  const { mailboxId } = session.owner;
  const [own, shared] = await Promise.all([
    store.listFolders(mailboxId),
    store.sharedFolders(mailboxId),
  ]);
  const visible = shared.filter(({ rights }) => hasRights(rights, "l"));
  return [...own.map(ownSeen), ...visible.map(sharedSeen)];
}

/** The mailbox, when the session has those rights there; else a refusal. */
export function demand(folder: Seen | null, needs: string): Seen {
  if (folder === null || isHidden(folder, needs))
    throw new MailError("noSuchFolder", "No such mailbox");
  if (!hasRights(folder.rights, needs)) throw notPermitted();
  return folder;
}

/** For what needs those rights it is as if it were not there. */
function isHidden({ rights }: Seen, needs: string): boolean {
  return !hasRights(rights, needs) && !hasRights(rights, "l");
}

/** The same for a mailbox that something is put into: when CREATE would help, that is said (RFC 9051 §6.4.7). */
export async function demandTarget(session: ImapSession, name: string): Promise<Seen> {
  const folder = await findSeen(session, name);
  const hidden = folder === null || isHidden(folder, "i");
  if (hidden && (await mayCreate(session, name)))
    throw new MailError("tryCreate", "No such mailbox");
  return demand(folder, "i");
}

async function mayCreate(session: ImapSession, name: string): Promise<boolean> {
  try {
    await placeForNew(session, name);
    return true;
  } catch (error) {
    if (error instanceof MailError && error.kind === "notPermitted") return false;
    throw error;
  }
}

/** Who may only put something in is not told what becomes of it there: RFC 9051 §6.4.7, RFC 4315 §3. */
export function maySelect({ rights }: Seen): boolean {
  return hasRights(rights, "r");
}

export function notPermitted(): MailError {
  return new MailError("notPermitted", "You have no right to do that in this mailbox");
}

/**
 * Whose mailbox a new name would be, and what it is called there. Among those of others it needs "k" on
 * the nearest mailbox above it that exists (RFC 4314 §4), seen or not.
 */
export async function placeForNew(
  session: ImapSession,
  name: string,
): Promise<{ mailboxId: string; localName: string }> {
  const { mailboxId } = session.owner;
  const { owner, localName } = pointerOf(name);
  if (owner === null) return { mailboxId, localName };
  const address = parseAddress(owner);
  const above = ancestorsOf(localName);
  if (address === null || above.length === 0) throw notPermitted();
  const { store } = session.context;
  const found = await store.findShared(mailboxId, address, above);
  const nearest = found.toSorted((a, b) => b.name.length - a.name.length)[0];
  if (nearest === undefined || !hasRights(nearest.rights, "k")) throw notPermitted();
  for (const between of above.slice(nearest.name.split("/").length))
    if ((await store.findFolder(nearest.mailboxId, between)) !== null) throw notPermitted();
  return { mailboxId: nearest.mailboxId, localName };
}

/** "a/b/c" → ["a", "a/b"] */
function ancestorsOf(name: string): string[] {
  const levels = name.split("/");
  return levels.slice(0, -1).map((_, at) => levels.slice(0, at + 1).join("/"));
}
