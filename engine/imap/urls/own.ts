/**
 * URLs of CATENATE: RFC 4469 §3. Relative ones start from the selected mailbox, absolute ones name this
 * server and whoever has signed in. Everything else is refused with the URL (§4.1), in one way whether
 * there is no such message or it may not be read.
 */
import type { OctetStream } from "../../../lib/codec/imap/encoder.ts";
import { BadUrlError } from "../../../lib/codec/imap/syntax-error.ts";
import { parseImapUrl } from "../../../lib/codec/imap/url.ts";
import type { ImapUrl, UrlServer } from "../../../lib/codec/imap/url.ts";
import { isDenied } from "../../../lib/mail/imap-capabilities.ts";
import { findSeen } from "../access.ts";
import type { ImapSession } from "../state.ts";
import { findReferenced, sectionOctets } from "./referenced.ts";

/** Throws BadUrlError. */
export async function ownOctets(session: ImapSession, text: string): Promise<OctetStream> {
  const { context, selected } = session;
  const url = parseImapUrl(text, selected?.name);
  if (url === null || url.auth !== null || isPartialDenied(session, url))
    throw new BadUrlError(text, "That is no URL of a message of yours");
  if (url.server !== null && !(await isOwn(session, url.server)))
    throw new BadUrlError(text, "The URL is not of this server and you");
  const seen = await findSeen(session, url.mailbox);
  const blob = await findReferenced(context.store, seen, url);
  const octets = blob && (await sectionOctets(context.store, blob, url));
  if (octets === null) throw new BadUrlError(text, "There is no such message or part");
  return octets;
}

function isPartialDenied({ denied }: ImapSession, { partial }: ImapUrl): boolean {
  return partial !== null && isDenied("URL-PARTIAL", denied);
}

/** Does it name this server, and nobody but who has signed in? */
export async function isOwn(session: ImapSession, { user, host }: UrlServer): Promise<boolean> {
  if (!isThisServer(session, host)) return false;
  return user === null || isAccount(session, user, session.owner.mailboxId);
}

/** By the name that we go by, or the one by which the client has found us. */
function isThisServer({ connection, context }: ImapSession, host: string): boolean {
  const names = [context.settings.mailHostname, connection.tls?.servername];
  return names.some((name) => name?.toLowerCase() === host);
}

/** Is that what the account signs in as? */
export async function isAccount(
  { context }: ImapSession,
  user: string,
  mailboxId: string,
): Promise<boolean> {
  const account = await context.directory.findAccount(user);
  return account?.mailboxId === mailboxId;
}
