/** CREATE: RFC 9051 §6.3.4, special use (RFC 6154 §3), MAILBOXID (RFC 8474 §4.1). */
import { createUse } from "../../../lib/codec/imap/list-syntax.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { findSeen, isShared, placeForNew } from "../access.ts";
import { command } from "../command.ts";
import { mailboxIdOf } from "../open-mailbox.ts";
import { saySpelling } from "../list-response.ts";

const USES = ["\\Archive", "\\Drafts", "\\Junk", "\\Sent", "\\Trash"];

export const create = command({
  states: ["authenticated", "selected"],
  parse(d) {
    const mailbox = d.sp().spelledMailbox();
    return { ...mailbox, uses: d.trySp() ? createUse(d) : [] };
  },
  async run({ name, written, uses }, { session }) {
    const { store } = session.context;
    const specialUse = oneUse(uses);
    // A trailing "/" says that names below it will follow, which needs nothing of us.
    const plain = withoutEnd(name);
    const { mailboxId, localName } = await placeForNew(session, plain);
    if (specialUse !== null && isShared(plain))
      throw new MailError("useAttr", "Uses are for the owner to choose");
    const folder = await store.createFolder(mailboxId, localName, specialUse);
    saySpelling(session, { name: plain, written: written && withoutEnd(written) });
    const watch = session.notify?.watch;
    const seen = watch ? await findSeen(session, plain) : null;
    if (seen !== null) watch?.ownFolder(seen);
    return { code: `MAILBOXID (${mailboxIdOf(folder.id)})` };
  },
});

function withoutEnd(name: string): string {
  return name.replace(/\/$/, "");
}

/** One use per folder; \All and \Flagged would be views, which we do not make. */
function oneUse(uses: readonly string[]): string | null {
  const [use, more] = uses;
  if (use === undefined) return null;
  const known = USES.find((name) => name.toLowerCase() === use.toLowerCase());
  if (known === undefined || more !== undefined)
    throw new MailError("useAttr", "A mailbox of that use cannot be made");
  return known;
}
