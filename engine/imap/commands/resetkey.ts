/**
 * RESETKEY: RFC 4467 §7. A mailbox gets a new access key, or all keys of the account are gone: URLs that
 * were authorised with them are worth nothing from now on.
 *
 * INTERNAL is the only mechanism, and what a client asks for beside it is not there (§8 URLMECH).
 */
import { resetKeyArguments } from "../../../lib/codec/imap/urlauth-syntax.ts";
import { command } from "../command.ts";
import { mechanismsCode } from "../urls/mechanisms.ts";

export const resetKey = command({
  states: ["authenticated", "selected"],
  parse: resetKeyArguments,
  async run(asked, { session }) {
    const { store } = session.context;
    const { mailboxId } = session.owner;
    const folder = asked && (await session.folder(asked.mailbox, { needs: "r" }));
    await store.resetAccessKey(mailboxId, folder?.id ?? null);
    if (session.selected) session.selected.keyReset = false; // it is told by the answer
    if (folder === null) return { text: "All keys removed" };
    const code = mechanismsCode(session);
    return { ...(code !== null && { code }), text: "The key is a new one" };
  },
});
