/** DELETE: RFC 9051 §6.3.5. Deleting the mailbox one stands in closes it first, as one would oneself. */
import { command } from "../command.ts";
import { saySpelling } from "../list-response.ts";

export const deleteCommand = command({
  states: ["authenticated", "selected"],
  parse: (d) => d.sp().spelledMailbox(),
  async run(mailbox, { session }) {
    const { context, selected, out } = session;
    const folder = await session.folder(mailbox.name, { needs: "x" });
    await context.store.deleteFolder(folder.mailboxId, folder.localName);
    saySpelling(session, mailbox, ["\\NonExistent"]);
    session.notify?.watch?.ownNames(folder.name);
    if (selected?.folder.id === folder.id) {
      session.unselect();
      out.status("OK", "The mailbox is deleted", "CLOSED");
    }
  },
});
