/** ID: RFC 2971. What a client says of itself, bounded as §3.3 bounds it. */
import type { Decoder } from "./decoder.ts";
import { MAX_ID_NAME, MAX_ID_PAIRS, MAX_ID_VALUE } from "./limits.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

/** id-params-list: pairs in parentheses, or NIL. */
export function idParams(d: Decoder): Map<string, string | null> {
  const pairs = new Map<string, string | null>();
  if (d.tryWord("NIL")) return pairs;
  d.listOrEmpty((list) => {
    const name = list.string();
    const value = list.sp().nstring();
    if (pairs.size >= MAX_ID_PAIRS || name.length > MAX_ID_NAME)
      throw new ImapSyntaxError("ID has too many or too long fields");
    if (value !== null && value.length > MAX_ID_VALUE)
      throw new ImapSyntaxError("An ID value is too long");
    pairs.set(name.toLowerCase(), value);
  });
  return pairs;
}
