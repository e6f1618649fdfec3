/**
 * The folders that every mailbox has: INBOX and those with a special use (RFC 6154), under the names
 * that clients look for when they ignore the attributes.
 */
import type { Db } from "../client.ts";
import { INBOX } from "./folder-names.ts";

const FIRST_FOLDERS = [
  { name: INBOX, specialUse: null },
  { name: "Drafts", specialUse: "\\Drafts" },
  { name: "Sent", specialUse: "\\Sent" },
  { name: "Junk", specialUse: "\\Junk" },
  { name: "Trash", specialUse: "\\Trash" },
  { name: "Archive", specialUse: "\\Archive" },
] as const;

/** Called in the transaction that creates the mailbox. All are subscribed. */
export async function createMailboxFolders(tx: Db, mailboxId: string): Promise<void> {
  const first = Math.floor(Date.now() / 1000);
  const last = first + FIRST_FOLDERS.length - 1;
  const folders = FIRST_FOLDERS.map((folder, at) => ({
    ...folder,
    mailboxId,
    uidValidity: first + at,
  }));
  await tx.mailbox.update({
    where: { id: mailboxId },
    data: { lastUidValidity: last },
    select: { id: true },
  });
  await tx.folder.createMany({ data: folders });
  const data = FIRST_FOLDERS.map(({ name }) => ({ mailboxId, name }));
  await tx.subscription.createMany({ data });
}
