/** The answer to STATUS, for STATUS and LIST: RFC 9051 §6.3.11, §7.3.4. */
import type { StatusItem } from "../../lib/codec/imap/types.ts";
import type { Folder } from "../../lib/mail/ports.ts";
import { mailboxIdOf } from "./open-mailbox.ts";
import type { ImapSession } from "./state.ts";

export function sayStatus(
  session: ImapSession,
  folder: Folder,
  items: readonly StatusItem[],
): void {
  const { out, context } = session;
  const { maxMessageBytes } = context.settings.limits;
  // RFC 7162 §3.1: asking for HIGHESTMODSEQ is asking to be told modseqs.
  if (items.includes("HIGHESTMODSEQ")) session.enable("CONDSTORE");
  const values = items.map((item) => `${item} ${VALUES[item](folder, maxMessageBytes)}`);
  const response = out.encoder().untagged("STATUS").sp().mailbox(folder.name);
  out.text(response.raw(` (${values.join(" ")})`).crlf());
}

const VALUES: Record<StatusItem, (folder: Folder, limit: number) => number | string> = {
  MESSAGES: (folder) => folder.messages,
  RECENT: () => 0, // see open-mailbox.ts
  UIDNEXT: (folder) => folder.uidNext,
  UIDVALIDITY: (folder) => folder.uidValidity,
  UNSEEN: (folder) => folder.unseen,
  DELETED: (folder) => folder.deleted,
  SIZE: (folder) => folder.bytes,
  HIGHESTMODSEQ: (folder) => folder.highestModseq,
  MAILBOXID: (folder) => `(${mailboxIdOf(folder.id)})`,
  APPENDLIMIT: (_, limit) => limit,
};
