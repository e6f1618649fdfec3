/** SUBSCRIBE and UNSUBSCRIBE: RFC 9051 §6.3.7 and §6.3.8. A name need not exist (any more). */
import type { Decoder } from "../../../lib/codec/imap/decoder.ts";
import { command } from "../command.ts";
import type { AnyCommand } from "../command.ts";

export const subscribe = subscription(true);
export const unsubscribe = subscription(false);

function subscription(subscribed: boolean): AnyCommand {
  return command({
    states: ["authenticated", "selected"],
    parse: (d: Decoder) => d.sp().mailbox(),
    async run(name, { session }) {
      await session.context.store.setSubscribed(session.owner.mailboxId, name, subscribed);
      session.notify?.watch?.ownSubscription(name);
    },
  });
}
