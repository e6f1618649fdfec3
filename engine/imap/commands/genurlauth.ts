/**
 * GENURLAUTH: RFC 4467 §7. URLs of one's own messages become such that others may use: those whom the
 * access identifier names. The mailbox gets an access key when it has none.
 *
 * Refused with BAD, as the RFC wants it: what is no URL of a message with an access identifier, names another
 * user or server, or a mailbox that is not there. Whom it admits is not looked up: such an answer would
 * tell who has an account.
 */
import { genUrlAuthArguments } from "../../../lib/codec/imap/urlauth-syntax.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { parseImapUrl } from "../../../lib/codec/imap/url.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { hasRights } from "../../../lib/mail/rights.ts";
import { findSeen } from "../access.ts";
import type { Seen } from "../access.ts";
import { command } from "../command.ts";
import type { ImapSession } from "../state.ts";
import { isOwn } from "../urls/own.ts";
import { tokenOf } from "../urls/token.ts";

export const genUrlAuth = command({
  states: ["authenticated", "selected"],
  parse: genUrlAuthArguments,
  async run(asked, { session }) {
    const folders: Seen[] = [];
    for (const { url, mechanism } of asked) {
      if (mechanism !== "INTERNAL")
        throw new MailError("cannot", "The mechanism is not known here");
      folders.push(await folderOf(session, url));
    }
    const { out, owner, context } = session;
    const e = out.encoder().untagged("GENURLAUTH");
    for (const [at, { id }] of folders.entries()) {
      const key = await context.store.makeAccessKey(owner.mailboxId, id);
      const url = asked[at]?.url ?? "";
      e.sp().string(`${url}:internal:${tokenOf(url, key)}`);
    }
    await out.send(e.crlf());
  },
});

/** The mailbox of a URL that may be authorised. */
async function folderOf(session: ImapSession, text: string): Promise<Seen> {
  const url = parseImapUrl(text);
  if (url === null || url.auth === null || url.auth.token !== null)
    throw new ImapSyntaxError("That is no URL of a message with an access identifier");
  if (!url.server?.user || !(await isOwn(session, url.server)))
    throw new ImapSyntaxError("The URL is not of this server and you");
  const seen = await findSeen(session, url.mailbox);
  if (seen === null || !hasRights(seen.rights, "r"))
    throw new ImapSyntaxError("There is no such mailbox");
  if (url.uidValidity !== null && url.uidValidity !== seen.uidValidity)
    throw new ImapSyntaxError("The mailbox is another one by now");
  return seen;
}
