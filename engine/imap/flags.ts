/** Flags of messages and of the mailbox, as they are told: RFC 9051 §7.3.5, §7.5.2, RFC 7162 §3.2. */
import { flagBit, flagNames } from "../../lib/mail/flags.ts";
import { flagScope, NO_RIGHTS } from "../../lib/mail/rights.ts";
import type { OpenFolder } from "../../lib/mail/ports.ts";
import type { Selected } from "./selected.ts";
import type { ImapSession } from "./state.ts";

/** "* n FETCH" or "* u UIDFETCH": how what is told of a message begins (RFC 9586 §3.3). */
export function fetchName({ mailbox, uidOnly }: ImapSession, uid: number): string {
  return uidOnly ? `${uid} UIDFETCH` : `${mailbox.tracker.seqOf(uid)} FETCH`;
}

/** "* n FETCH (UID u FLAGS (…))", with MODSEQ when the client follows modseqs (RFC 7162 §3.2). */
export function tellFlags(session: ImapSession, uid: number): void {
  const { open } = session.mailbox;
  const row = open.rowOf(uid);
  if (row < 0) return;
  tellKeywords(session, open.keywordsAt(row));
  const modseq = session.enabled.has("CONDSTORE") ? ` MODSEQ (${open.modseqAt(row)})` : "";
  const named = session.uidOnly ? "" : `UID ${uid} `;
  session.out.line(`* ${fetchName(session, uid)} (${named}${flagsAt(open, row)}${modseq})`);
}

/** System flags of every bitmap there is. */
const FLAG_WORDS = Array.from({ length: 32 }, (_, bits) => flagNames(bits).join(" "));

/** "FLAGS (\Seen $Junk)". */
export function flagsAt(open: OpenFolder, row: number): string {
  const flags = FLAG_WORDS[open.flagsAt(row)] ?? "";
  const keywords = open.keywordsAt(row);
  if (keywords.length === 0) return `FLAGS (${flags})`;
  return `FLAGS (${[...(flags === "" ? [] : [flags]), ...keywords].join(" ")})`;
}

/** Keywords that the client has not heard of are named before they are used (RFC 9051 §7.3.5). */
export function tellKeywords(session: ImapSession, keywords: readonly string[]): void {
  const selected = session.mailbox;
  const fresh = keywords.filter((keyword) => !selected.keywords.has(keyword));
  if (fresh.length === 0) return;
  for (const keyword of fresh) selected.keywords.add(keyword);
  sayFlags(session, selected);
}

const SYSTEM_FLAGS = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];

export function sayFlags({ out }: ImapSession, selected: Selected): void {
  out.line(`* FLAGS (${knownFlags(selected).join(" ")})`);
  const permanent = permanentFlags(selected).join(" ");
  out.status("OK", "Flags that can be kept", `PERMANENTFLAGS (${permanent})`);
}

function knownFlags({ keywords }: Selected): string[] {
  return [...SYSTEM_FLAGS, ...keywords];
}

/** What one may change (RFC 4314 §5.1.1); any keyword may be made. */
export function permanentFlags(selected: Selected): string[] {
  const scope = flagScope(selected.readOnly ? NO_RIGHTS : selected.rights);
  const mine = (flag: string) =>
    flagBit(flag) === 0 ? scope.keywords : (scope.bits & flagBit(flag)) !== 0;
  return [...knownFlags(selected).filter(mine), ...(scope.keywords ? ["\\*"] : [])];
}
