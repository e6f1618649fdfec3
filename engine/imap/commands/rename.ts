/** RENAME: RFC 9051 §6.3.6. What is below moves along; INBOX stays and gives its messages. */
import { command } from "../command.ts";

export const rename = command({
  states: ["authenticated", "selected"],
  parse: (d) => ({ from: d.sp().mailbox(), to: d.sp().mailbox() }),
  async run({ from, to }, { session }) {
    await session.context.store.renameFolder(session.owner.mailboxId, from, to);
    session.notify?.watch?.ownNames(from, to);
  },
});
