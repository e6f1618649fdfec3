/** CANCELUPDATE: RFC 5267 §4.3.5. Tags without a search that is kept up to date are passed over. */
import { MAX_LIST } from "../../../lib/codec/imap/limits.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { command } from "../command.ts";
import { dropContext } from "../search/context.ts";

export const cancelUpdate = command({
  states: ["selected"],
  parse(d) {
    const tags = [d.sp().string()];
    while (d.trySp()) {
      if (tags.length >= MAX_LIST) throw new ImapSyntaxError("A list is too long");
      tags.push(d.string());
    }
    return tags;
  },
  async run(tags, { session }) {
    for (const tag of tags) dropContext(session, tag);
    return { text: "No further updates" };
  },
});
