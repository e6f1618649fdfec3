/**
 * RENAME: RFC 9051 §6.3.6. What is below moves along; INBOX stays and gives its messages.
 *
 * Among the mailboxes of somebody else: "x" on the mailbox, "k" above the new name (RFC 4314 §4); to
 * another owner nothing can be renamed, and nobody else's INBOX.
 */
import { MailError } from "../../../lib/mail/errors.ts";
import { isShared, placeForNew } from "../access.ts";
import { command } from "../command.ts";
import { saySpelling } from "../list-response.ts";

export const rename = command({
  states: ["authenticated", "selected"],
  parse: (d) => ({ from: d.sp().mailbox(), target: d.sp().spelledMailbox() }),
  async run({ from, target }, { session }) {
    const to = target.name;
    const folder = await session.folder(from, { needs: "x" });
    const place = await placeForNew(session, to);
    if (place.mailboxId !== folder.mailboxId)
      throw new MailError("cannot", "Mailboxes stay with their owner");
    if (isShared(from) && folder.localName === "INBOX")
      throw new MailError("cannot", "INBOX is for its owner to rename");
    const { store } = session.context;
    await store.renameFolder(folder.mailboxId, folder.localName, place.localName);
    saySpelling(session, target);
    session.notify?.watch?.ownRename(from, to);
  },
});
