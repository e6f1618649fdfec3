/** SEARCH and UID SEARCH: RFC 9051 §6.4.4, RFC 3501 §6.4.4. What is answered: search/answer.ts. */
import { searchArguments } from "../../../lib/codec/imap/search-syntax.ts";
import { command } from "../command.ts";
import { answerSearch } from "../search/answer.ts";
import { namesNumbers } from "../search/search.ts";

export const search = command({
  states: ["selected"],
  holdsExpunges: true,
  namesNumbers: ({ key }) => namesNumbers(key),
  parse: searchArguments,
  run: (asked, call) => answerSearch(call, asked, { name: "SEARCH", arrange: (found) => found }),
});
