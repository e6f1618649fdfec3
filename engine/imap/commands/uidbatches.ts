/**
 * UIDBATCHES: RFC 10022. Which uids are the newest 1,000 messages, which the next, and so on: for
 * clients that work in batches and have no message numbers (UIDONLY).
 *
 * Refused: batches below 500 messages, which would be message numbers by another name (§3.1.3.2), and
 * batches named backwards (§3.1.5). How often it is asked is not counted (§3.1.1): from the view an
 * answer costs less than to keep book of what was asked.
 */
import { MailError } from "../../../lib/mail/errors.ts";
import { batchesOf } from "../batches.ts";
import { command } from "../command.ts";

const MIN_BATCH = 500;

export const uidBatches = command({
  states: ["selected"],
  parse(d) {
    const size = d.sp().nzNumber();
    if (!d.trySp()) return { size, first: 1, last: Infinity };
    const first = d.nzNumber();
    return { size, first, last: d.special(":").nzNumber() };
  },
  async run(asked, { session, tag }) {
    if (asked.last < asked.first) throw new MailError("clientBug", "Batches go from low to high");
    if (asked.size < MIN_BATCH)
      throw new MailError("tooFew", `A batch has at least ${MIN_BATCH} messages`);
    const ranges = batchesOf(session.mailbox.tracker, asked).map(([high, low]) => `${high}:${low}`);
    const words = [`* UIDBATCHES (TAG "${tag}")`, ...(ranges.length > 0 ? [ranges.join(",")] : [])];
    session.out.line(words.join(" "));
  },
});
