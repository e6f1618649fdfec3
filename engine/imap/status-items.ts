/** The answer to STATUS, for STATUS and LIST: RFC 9051 §6.3.11, §7.3.4, RFC 9208 §4.1.4. */
import type { StatusItem } from "../../lib/codec/imap/types.ts";
import type { Folder } from "../../lib/mail/ports.ts";
import { mailboxIdOf } from "./open-mailbox.ts";
import type { ImapSession } from "./state.ts";

/** The answer to somebody who asked. */
export async function sayStatus(
  session: ImapSession,
  folder: Folder,
  items: readonly StatusItem[],
): Promise<void> {
  // RFC 7162 §3.1: asking for HIGHESTMODSEQ is asking to be told modseqs.
  if (items.includes("HIGHESTMODSEQ")) session.enable("CONDSTORE");
  await tellStatus(session, folder, items);
}

export async function tellStatus(
  session: ImapSession,
  folder: Folder,
  items: readonly StatusItem[],
): Promise<void> {
  const { out, context } = session;
  const { maxMessageBytes } = context.settings.limits;
  // The one item that no counter keeps.
  const deletedBytes =
    items.includes("DELETED-STORAGE") && folder.deleted > 0
      ? await context.store.deletedBytes(folder.id)
      : 0;
  const facts = { limit: maxMessageBytes, deletedBytes };
  const values = items.map((item) => `${item} ${VALUES[item](folder, facts)}`);
  const response = out.encoder().untagged("STATUS").sp().mailbox(folder.name);
  out.text(response.raw(` (${values.join(" ")})`).crlf());
}

interface Facts {
  readonly limit: number;
  readonly deletedBytes: number;
}

const VALUES: Record<StatusItem, (folder: Folder, facts: Facts) => number | string> = {
  MESSAGES: (folder) => folder.messages,
  RECENT: () => 0, // see open-mailbox.ts
  UIDNEXT: (folder) => folder.uidNext,
  UIDVALIDITY: (folder) => folder.uidValidity,
  UNSEEN: (folder) => folder.unseen,
  DELETED: (folder) => folder.deleted,
  "DELETED-STORAGE": (_, { deletedBytes }) => deletedBytes,
  SIZE: (folder) => folder.bytes,
  HIGHESTMODSEQ: (folder) => folder.highestModseq,
  MAILBOXID: (folder) => `(${mailboxIdOf(folder.id)})`,
  APPENDLIMIT: (_, { limit }) => limit,
};
