/**
 * SETACL, DELETEACL, GETACL, LISTRIGHTS, MYRIGHTS: RFC 4314 §3. Identifiers are addresses of accounts
 * here, and "anyone": everybody of the owner's domain, because domains on one server are strangers to each
 * other. A dash in front takes rights away. The owner has all rights, and nobody can change that.
 *
 * Refused: rights for addresses that are no account's, and to change what the owner may do. That an
 * address is none is no secret: whoever sends mail to it is told so too (RFC 5321 §4.1.1.3), and to say OK and keep
 * nothing would leave somebody believing that he has shared. What is hidden are mailboxes (§6). Taken
 * away is from anybody: from whom there is nothing to take, nothing is taken (§3.2).
 */
import { aclIdentifier, modRights } from "../../../lib/codec/imap/acl-syntax.ts";
import type { AclIdentifier } from "../../../lib/codec/imap/acl-syntax.ts";
import type { Decoder } from "../../../lib/codec/imap/decoder.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import {
  ALL_RIGHTS,
  formatRights,
  hasAnyRight,
  NO_RIGHTS,
  rightsOf,
} from "../../../lib/mail/rights.ts";
import { saslPrep } from "../../../lib/mail/saslprep.ts";
import { demand, findSeen } from "../access.ts";
import type { Seen } from "../access.ts";
import { command } from "../command.ts";
import type { ImapSession } from "../state.ts";

const ANYONE = "anyone";

export const setAcl = command({
  states: ["authenticated", "selected"],
  parse: (d) => ({ name: d.sp().mailbox(), who: identifier(d), change: modRights(d.sp()) }),
  async run({ name, who, change }, { session }) {
    const folder = await session.folder(name, { needs: "a" });
    const granteeId = await granteeOf(session, folder, who);
    if (granteeId === undefined)
      throw new MailError("notFound", "There is no account of that name here");
    const { mode, letters } = change;
    const rights = rightsOf(letters);
    await session.context.store.changeAcl(folder, {
      granteeId,
      negative: who.negative,
      mode,
      rights,
    });
  },
});

export const deleteAcl = command({
  states: ["authenticated", "selected"],
  parse: (d) => ({ name: d.sp().mailbox(), who: identifier(d) }),
  async run({ name, who }, { session }) {
    const folder = await session.folder(name, { needs: "a" });
    const granteeId = await granteeOf(session, folder, who);
    if (granteeId === undefined) return;
    const none = { mode: "set", rights: NO_RIGHTS } as const;
    const { negative } = who;
    await session.context.store.changeAcl(folder, { granteeId, negative, ...none });
  },
});

export const getAcl = command({
  states: ["authenticated", "selected"],
  parse: (d) => d.sp().mailbox(),
  async run(name, { session }) {
    const folder = await session.folder(name, { needs: "a" });
    const entries = await session.context.store.acl(folder.id);
    const response = session.out.encoder().untagged("ACL ").mailbox(folder.name);
    response
      .sp()
      .astring(await ownerOf(session, folder))
      .sp()
      .astring(formatRights(ALL_RIGHTS));
    for (const { address, negative, rights } of entries) {
      response.sp().astring(`${negative ? "-" : ""}${address ?? ANYONE}`);
      response.sp().astring(formatRights(rights));
    }
    session.out.text(response.crlf());
  },
});

export const listRights = command({
  states: ["authenticated", "selected"],
  parse: (d) => ({ name: d.sp().mailbox(), who: identifier(d) }),
  async run({ name, who }, { session }) {
    const folder = await session.folder(name, { needs: "a" });
    const response = session.out.encoder().untagged("LISTRIGHTS ").mailbox(folder.name).sp();
    response.astring(who.text).sp(); // §3.4: in the form that the client has given
    if (!who.negative && (await isOwner(session, folder, who)))
      response.astring(formatRights(ALL_RIGHTS));
    else response.raw(`"" ${[...formatRights(ALL_RIGHTS)].join(" ")}`);
    session.out.text(response.crlf());
  },
});

export const myRights = command({
  states: ["authenticated", "selected"],
  parse: (d) => d.sp().mailbox(),
  async run(name, { session }) {
    const folder = demand(await findSeen(session, name), "");
    if (!hasAnyRight(folder.rights, "lrikxa"))
      throw new MailError("noSuchFolder", "No such mailbox");
    sayRights(session, folder);
  },
});

/** "* MYRIGHTS mailbox rights", also for LIST (RFC 8440). */
export function sayRights({ out }: ImapSession, { name, rights }: Seen): void {
  const response = out.encoder().untagged("MYRIGHTS ").mailbox(name).sp();
  out.text(response.astring(formatRights(rights)).crlf());
}

/** SP identifier, prepared as passwords are (§3). */
function identifier(d: Decoder): AclIdentifier {
  const written = aclIdentifier(d.sp());
  const name = saslPrep(written.name);
  if (name === null || name === "") throw new ImapSyntaxError("Not an identifier");
  return { ...written, name };
}

/** The account; null for "anyone", undefined when there is none. */
async function granteeOf(
  session: ImapSession,
  folder: Seen,
  { name }: AclIdentifier,
): Promise<string | null | undefined> {
  if ((await ownerOf(session, folder)).includes("/"))
    throw new MailError("cannot", "Mailboxes of this account cannot be shared");
  if (name.toLowerCase() === ANYONE) return null;
  const account = await session.context.directory.findAccount(name);
  if (account?.mailboxId === folder.mailboxId)
    throw new MailError("cannot", "The owner has all rights, always");
  return account?.mailboxId;
}

async function isOwner(session: ImapSession, folder: Seen, { name }: AclIdentifier) {
  const account = await session.context.directory.findAccount(name);
  return account?.mailboxId === folder.mailboxId;
}

async function ownerOf({ owner, context }: ImapSession, { mailboxId }: Seen): Promise<string> {
  if (owner.mailboxId === mailboxId) return owner.address;
  return context.store.addressOf(mailboxId);
}
