/**
 * LSUB: RFC 3501 §6.3.9. Subscribed names; with "%", a parent that is not subscribed itself is named
 * as \Noselect when something subscribed lies below it.
 */
import { command } from "../command.ts";
import { matchesPattern } from "../folder-match.ts";
import { byInboxFirst, parentsOf } from "../listing.ts";
import { sayListed } from "../list-response.ts";

export const lsub = command({
  states: ["authenticated", "selected"],
  parse: (d) => ({ reference: d.sp().mailbox(), pattern: d.sp().listMailbox() }),
  async run({ reference, pattern }, { session }) {
    const names = await session.context.store.listSubscriptions(session.owner.mailboxId);
    const subscribed = new Set(names);
    const parents = pattern.endsWith("%") ? parentsOf(names) : [];
    const wanted = (reference + pattern).slice(0, 1000);
    for (const name of [...new Set([...names, ...parents])].sort(byInboxFirst)) {
      if (!matchesPattern(name, wanted)) continue;
      const attributes = subscribed.has(name) ? [] : ["\\Noselect"];
      sayListed(session, "LSUB", { name, attributes, childInfo: [], folder: null });
    }
  },
});
