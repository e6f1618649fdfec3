/**
 * What SELECT and EXAMINE share: RFC 9051 §6.3.2, RFC 3501 §6.3.1, RFC 7162 §3.1.2, RFC 8474 §4.2.
 *
 * RECENT is always 0: \Recent is gone from RFC 9051, and with many sessions and processes on one
 * mailbox nobody could say truthfully who saw a message first (RFC 3501 §2.3.2 allows that).
 */
import type { SpelledName } from "../../lib/codec/imap/decoder.ts";
import type { Remembered, SelectCommand } from "../../lib/codec/imap/select-syntax.ts";
import { ImapSyntaxError } from "../../lib/codec/imap/syntax-error.ts";
import { SEEN } from "../../lib/mail/flags.ts";
import type { OpenFolder } from "../../lib/mail/ports.ts";
import { openSeen } from "./access.ts";
import type { Completion } from "./command.ts";
import { sayListed } from "./list-response.ts";
import { sayFlags } from "./flags.ts";
import { tellMissed } from "./resync.ts";
import { uidRequired } from "./selected.ts";
import type { ImapSession } from "./state.ts";
import { sayMechanisms } from "./urls/mechanisms.ts";

export async function openMailbox(
  session: ImapSession,
  { name, written, condstore, qresync, examined }: SelectCommand & { examined: boolean },
): Promise<Completion> {
  if (qresync !== null && !session.enabled.has("QRESYNC"))
    throw new ImapSyntaxError("QRESYNC needs ENABLE QRESYNC"); // RFC 7162 §3.2.5
  const { out } = session;
  if (qresync?.match && session.uidOnly) throw uidRequired();
  // RFC 9051 §6.3.2: whatever becomes of this one, the old one is closed.
  const closing = session.selected !== null;
  session.unselect();
  if (closing) out.status("OK", "Previous mailbox closed", "CLOSED");
  const { seen, open } = await openSeen(session, name);
  if (condstore) session.enable("CONDSTORE");
  const selected = session.select(open, { folder: seen, examined });

  const { folder, count } = open;
  sayFlags(session, selected);
  out.line(`* ${count} EXISTS`);
  if (session.rev2) sayName(session, { name: seen.name, written });
  else sayRecentAndUnseen(session, open);
  out.status("OK", "Uids are valid", `UIDVALIDITY ${folder.uidValidity}`);
  out.status("OK", "Predicted next uid", `UIDNEXT ${folder.uidNext}`);
  out.status("OK", "Highest", `HIGHESTMODSEQ ${folder.highestModseq}`);
  out.status("OK", "Mailbox id", `MAILBOXID (${mailboxIdOf(folder.id)})`);
  sayMechanisms(session);
  if (qresync !== null) await tellMissedOrClose(session, qresync);
  return { code: selected.readOnly ? "READ-ONLY" : "READ-WRITE", text: "Mailbox selected" };
}

/** A SELECT that fails leaves no mailbox selected. */
async function tellMissedOrClose(session: ImapSession, since: Remembered): Promise<void> {
  try {
    await tellMissed(session, since);
  } catch (error) {
    session.unselect();
    throw error;
  }
}

/** RFC 3501 §6.3.1. */
function sayRecentAndUnseen({ out, uidOnly }: ImapSession, open: OpenFolder): void {
  out.line("* 0 RECENT");
  const unseen = uidOnly ? 0 : firstUnseen(open);
  if (unseen > 0) out.status("OK", "First unseen message", `UNSEEN ${unseen}`);
}

/** RFC 9051 §6.3.2: the name as the server spells it, and as the client does. */
function sayName(session: ImapSession, { name, written }: SpelledName): void {
  const listed = { name, attributes: [], childInfo: [], folder: null, oldName: written };
  sayListed(session, "LIST", listed);
}

/** RFC 8474 §4: letters, digits, "_" and "-"; kept through RENAME. */
export function mailboxIdOf(folderId: number): string {
  return `F${folderId}`;
}

function firstUnseen(open: OpenFolder): number {
  if (open.folder.unseen === 0) return 0;
  for (let row = 0; row < open.count; row++) {
    if ((open.flagsAt(row) & SEEN) === 0) return row + 1;
  }
  return 0;
}
