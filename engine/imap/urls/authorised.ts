/**
 * URLs that carry their authorisation: RFC 4467 §6. What they name is seen with the eyes of the user in
 * them, by whom they admit. Null for whatever is wrong: nobody learns which users, mailboxes or messages
 * there are.
 *
 * "submit+" admits nobody: there are no servers that submit for others and sign in here.
 */
import { parseImapUrl } from "../../../lib/codec/imap/url.ts";
import type { ImapUrl, UrlAccess } from "../../../lib/codec/imap/url.ts";
import type { BlobInfo } from "../../../lib/mail/ports.ts";
import { seenBy } from "../access.ts";
import type { ImapSession } from "../state.ts";
import { isAccount } from "./own.ts";
import { findReferenced } from "./referenced.ts";
import { isTokenOf } from "./token.ts";

export interface Authorised {
  readonly url: ImapUrl;
  readonly blob: BlobInfo;
}

export async function findAuthorised(
  session: ImapSession,
  text: string,
): Promise<Authorised | null> {
  const { store, directory, clock } = session.context;
  const url = parseImapUrl(text);
  const user = url?.server?.user ?? null;
  const token = url?.auth?.token ?? null;
  if (url === null || url.auth === null || user === null || token?.mechanism !== "INTERNAL")
    return null;
  const account = await directory.findAccount(user);
  const owner = account === null || account.suspended ? null : account.mailboxId;
  const seen = owner && (await seenBy(store, owner, url.mailbox));
  const key = owner && seen ? await store.findAccessKey(owner, seen.id) : null;
  if (!isTokenOf(token.value, token.rump, key)) return null;
  if (url.auth.expire !== null && url.auth.expire <= clock.now()) return null;
  if (!(await admits(session, url.auth.access))) return null;
  const blob = await findReferenced(store, seen || null, url);
  return blob && { url, blob };
}

/** RFC 5092 §6.1.1.3. */
async function admits(session: ImapSession, access: UrlAccess): Promise<boolean> {
  switch (access.kind) {
    case "authuser":
    case "anonymous":
      return true; // whoever may ask has signed in
    case "user":
      return isAccount(session, access.user, session.owner.mailboxId);
    case "submit":
      return false;
  }
}
