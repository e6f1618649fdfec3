/**
 * What the index of texts answers: that a message cannot contain a string. Never that it does: whatever may
 * contain it is read. RFC 9051 §6.4.4 wants substrings; results are those of reading everything.
 */
import type { SearchKey } from "../../../lib/codec/imap/types.ts";
import { caseMap } from "../../../lib/mail/collation.ts";
import type { BlobId, MailStore } from "../../../lib/mail/ports.ts";
import { wantedNumbers } from "../../../lib/mail/text-signature.ts";
import type { Leaf, Verdict } from "./logic.ts";

/** Asking costs something too: so few are simply read. */
const MIN_MESSAGES = 8;
/** Strings of one search that are looked up; the others are read. */
const MAX_STRINGS = 16;

export type IndexJudge = (key: Leaf, blob: BlobId) => Verdict;

/** Null when the index has nothing to say. */
export async function indexJudge(
  store: MailStore,
  key: SearchKey,
  blobs: readonly BlobId[],
): Promise<IndexJudge | null> {
  if (blobs.length < MIN_MESSAGES) return null;
  const strings = [...new Set(textsIn(key))].slice(0, MAX_STRINGS);
  const without = new Map<string, ReadonlySet<BlobId>>();
  for (const string of strings) {
    const numbers = wantedNumbers(caseMap(string));
    if (numbers.length > 0) without.set(string, await store.blobsWithout(blobs, numbers));
  }
  if (without.size === 0) return null;
  return (leaf, blob) => {
    if (leaf.kind !== "text" && leaf.kind !== "body") return null;
    return without.get(leaf.value)?.has(blob) === true ? false : null;
  };
}

/** What TEXT and BODY look for. */
export function textsIn(key: SearchKey): string[] {
  switch (key.kind) {
    case "and":
      return key.keys.flatMap(textsIn);
    case "or":
      return [...textsIn(key.left), ...textsIn(key.right)];
    case "not":
      return textsIn(key.key);
    case "text":
    case "body":
      return [key.value];
    default:
      return [];
  }
}
