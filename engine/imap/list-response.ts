/** LIST and LSUB responses: RFC 9051 §7.3.1, with CHILDINFO and OLDNAME (§6.3.9.6, §6.3.9.7). */
import type { SpelledName } from "../../lib/codec/imap/decoder.ts";
import type { Listed } from "./listing.ts";
import type { ImapSession } from "./state.ts";

export function sayListed(session: ImapSession, name: "LIST" | "LSUB", item: Listed): void {
  const response = session.out.encoder().untagged(name).sp().flags(item.attributes);
  response.raw(' "/" ').mailbox(item.name);
  if (item.childInfo.length > 0)
    response.raw(` ("CHILDINFO" (${item.childInfo.map((word) => `"${word}"`).join(" ")}))`);
  if (item.oldName) response.raw(' ("OLDNAME" (').mailbox(item.oldName).raw("))");
  session.out.text(response.crlf());
}

/**
 * A client of IMAP4rev2 that wrote a name in another Unicode spelling than ours is told ours, as if somebody
 * had renamed the mailbox (RFC 9051 §5.1, §6.3.9.7).
 */
export function saySpelling(
  session: ImapSession,
  { name, written }: SpelledName,
  attributes: readonly string[] = [],
): void {
  if (written !== null && session.rev2)
    sayListed(session, "LIST", { name, attributes, childInfo: [], folder: null, oldName: written });
}
