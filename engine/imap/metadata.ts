/** Which annotations a client asked for, and the response that carries them: RFC 5464 §4.2, §4.4. */
import { MailError } from "../../lib/mail/errors.ts";
import { hasAnyRight } from "../../lib/mail/rights.ts";
import type { Seen } from "./access.ts";
import type { ImapSession } from "./state.ts";

type Values = ReadonlyMap<string, Buffer | null>;

export function mayReadMetadata({ rights }: Seen): boolean {
  return hasAnyRight(rights, "rswip");
}

/** Kept by the owner, and seen by all who may read it; other entries are each reader's own. */
export function isForAll(entry: string): boolean {
  return entry.startsWith("/shared");
}

/** As the session sees it; null: of the account as a whole. */
export async function metadataOf(
  { owner, context }: ImapSession,
  folder: Seen | null,
): Promise<ReadonlyMap<string, Buffer>> {
  const { store } = context;
  const own = await store.metadata(owner.mailboxId, folder?.id ?? null);
  if (folder === null || folder.mailboxId === owner.mailboxId) return own;
  const theirs = await store.metadata(folder.mailboxId, folder.id);
  return new Map([...own, ...[...theirs].filter(([entry]) => isForAll(entry))]);
}

export async function writeMetadata(
  { owner, context }: ImapSession,
  folder: Seen | null,
  values: Values,
): Promise<void> {
  const { store } = context;
  const id = folder?.id ?? null;
  if (folder === null || folder.mailboxId === owner.mailboxId)
    return store.setMetadata(owner.mailboxId, id, values);
  const part = (forAll: boolean) =>
    new Map([...values].filter(([entry]) => isForAll(entry) === forAll));
  const [theirs, own] = [part(true), part(false)];
  if (theirs.size > 0 && own.size > 0)
    throw new MailError("cannot", "One command sets what is for all, or what is one's own");
  if (theirs.size > 0) await store.setMetadata(folder.mailboxId, id, theirs);
  if (own.size > 0) await store.setMetadata(owner.mailboxId, id, own);
}

export interface Asked {
  readonly entries: readonly string[];
  readonly depth: 0 | 1 | "infinity";
  readonly maxSize: number | null;
}

export interface Chosen {
  /** null: asked for by its name, and not there. */
  readonly values: ReadonlyMap<string, Buffer | null>;
  /** Octets of the longest value that was left out; null when none was. */
  readonly longest: number | null;
}

export function chooseMetadata(all: ReadonlyMap<string, Buffer>, asked: Asked): Chosen {
  const values = new Map<string, Buffer | null>();
  let longest: number | null = null;
  for (const entry of asked.entries) {
    const names = [...all.keys()].filter((name) => isAsked(name, entry, asked.depth));
    if (names.length === 0 && asked.depth === 0) values.set(entry, null);
    for (const name of names) {
      const value = all.get(name) ?? Buffer.alloc(0);
      if (asked.maxSize !== null && value.length > asked.maxSize)
        longest = Math.max(longest ?? 0, value.length);
      else values.set(name, value);
    }
  }
  return { values, longest };
}

/** §4.2.2: the entry itself and, by depth, what stands below it. */
function isAsked(name: string, entry: string, depth: Asked["depth"]): boolean {
  if (name === entry) return true;
  if (depth === 0 || !name.startsWith(`${entry}/`)) return false;
  return depth === "infinity" || !name.slice(entry.length + 1).includes("/");
}

/** "* METADATA mailbox (entry value …)"; nothing when there is nothing. */
export async function sayMetadata(
  { out }: ImapSession,
  mailbox: string,
  values: ReadonlyMap<string, Buffer | null>,
): Promise<void> {
  if (values.size === 0) return;
  const response = out.encoder().untagged("METADATA ").mailbox(mailbox).sp();
  response.list([...values], (encoder, [entry, value]) => {
    encoder.astring(entry).sp();
    if (value === null) encoder.nil();
    else encoder.octets(value);
  });
  await out.send(response.crlf());
}

/** "* METADATA mailbox entry entry": what has changed, without its values (§4.4.2). */
export function tellMetadata(
  { out }: ImapSession,
  mailbox: string,
  entries: readonly string[],
): void {
  const response = out.encoder().untagged("METADATA ").mailbox(mailbox);
  for (const entry of entries) response.sp().astring(entry);
  out.text(response.crlf());
}
