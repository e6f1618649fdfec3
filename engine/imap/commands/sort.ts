/** SORT and UID SORT: RFC 5256 §3, SORT=DISPLAY (RFC 5957), ESORT (RFC 5267 §3.1). */
import { sortArguments } from "../../../lib/codec/imap/sort-syntax.ts";
import { command } from "../command.ts";
import { answerSearch } from "../search/answer.ts";
import { namesNumbers } from "../search/search.ts";
import { sortFound } from "../search/sort.ts";

export const sort = command({
  states: ["selected"],
  holdsExpunges: true,
  namesNumbers: ({ key }) => namesNumbers(key),
  parse: sortArguments,
  run: ({ criteria, ...asked }, call) =>
    answerSearch(call, asked, {
      name: "SORT",
      criteria,
      arrange: (found, progress) => sortFound(call.session, found, { criteria, progress }),
    }),
});
