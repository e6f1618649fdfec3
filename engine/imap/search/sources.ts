/**
 * The mailboxes that a choice names: RFC 7377 §2.2, RFC 5465 §6. Names that do not exist are passed
 * over, and a mailbox that is meant twice is there once.
 *
 * "inboxes" is the same as "personal" (RFC 5465 §6.3): filters and plus-addresses deliver to any.
 */
import type { MailboxFilter } from "../../../lib/codec/imap/mailbox-filter-syntax.ts";
import type { Folder } from "../../../lib/mail/ports.ts";
import { isShared } from "../access.ts";
import { byInboxFirst } from "../listing.ts";
import type { Folders } from "../listing.ts";

export interface Chosen<F extends Folder> extends Folders<F> {
  /** The selected mailbox; null when there is none. */
  readonly selectedId: number | null;
}

export function chosenFolders<F extends Folder>(
  filters: readonly MailboxFilter[],
  { folders, subscriptions, selectedId }: Chosen<F>,
): F[] {
  const subscribed = new Set(subscriptions);
  const isChosen = ({ id, name }: Folder) =>
    filters.some((filter) =>
      filter.kind === "selected" ? id === selectedId : chooses(filter, name, subscribed),
    );
  return folders.filter(isChosen).sort((a, b) => byInboxFirst(a.name, b.name));
}

/** Is a name among those that a choice means, whether there is a mailbox of that name or not? */
export function chooses(
  filter: Exclude<MailboxFilter, { kind: "selected" }>,
  name: string,
  subscribed: ReadonlySet<string>,
): boolean {
  switch (filter.kind) {
    case "inboxes":
    case "personal":
      return !isShared(name);
    case "subscribed":
      return subscribed.has(name);
    default:
      return filter.names.some((chosen) => REACHES[filter.kind](name, chosen));
  }
}

/** Does a choice by name reach a folder? The empty name is what stands above all. */
const REACHES = {
  mailboxes: (folder: string, name: string) => folder === name,
  subtree: (folder: string, name: string) => folder === name || below(folder, name) !== null,
  subtreeOne: (folder: string, name: string) =>
    folder === name || (below(folder, name)?.includes("/") ?? true) === false,
};

/** "b/c" for "a/b/c" below "a"; null when it does not stand below. */
function below(folder: string, name: string): string | null {
  if (name === "") return folder;
  return folder.startsWith(`${name}/`) ? folder.slice(name.length + 1) : null;
}
