/**
 * SORT and THREAD: RFC 5256 §5, display names (RFC 5957 §5), RETURN options of SORT (RFC 5267 §5).
 *
 * Refused: criteria without end, REVERSE without a key, algorithms that we do not announce.
 */
import type { Decoder } from "./decoder.ts";
import { searchCriteria, tryReturns } from "./search-syntax.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import type {
  SortCommand,
  SortCriterion,
  SortKeyName,
  ThreadAlgorithm,
  ThreadCommand,
} from "./types.ts";

/** There are nine keys: more criteria than that compare what has been compared. */
const MAX_CRITERIA = 16;

/** Everything after "SORT". */
export function sortArguments(d: Decoder): SortCommand {
  const returns = tryReturns(d.sp());
  const criteria = d.list(criterion);
  if (criteria.length > MAX_CRITERIA) throw new ImapSyntaxError("Too many sort criteria");
  return { ...returns, criteria, key: searchCriteria(d.sp(), returns) };
}

function criterion(d: Decoder): SortCriterion {
  const reverse = d.tryWord("REVERSE");
  const key = (reverse ? d.sp() : d).word();
  if (!isSortKey(key)) throw new ImapSyntaxError("Unknown sort key");
  return { key, reverse };
}

const SORT_KEYS: ReadonlySet<string> = new Set<SortKeyName>([
  "ARRIVAL",
  "CC",
  "DATE",
  "DISPLAYFROM",
  "DISPLAYTO",
  "FROM",
  "SIZE",
  "SUBJECT",
  "TO",
]);

function isSortKey(word: string): word is SortKeyName {
  return SORT_KEYS.has(word);
}

/** Everything after "THREAD". */
export function threadArguments(d: Decoder): ThreadCommand {
  const algorithm = d.sp().word();
  if (!isAlgorithm(algorithm)) throw new ImapSyntaxError("Unknown threading algorithm");
  return { algorithm, key: searchCriteria(d.sp(), { returns: null }) };
}

const ALGORITHMS: ReadonlySet<string> = new Set<ThreadAlgorithm>([
  "ORDEREDSUBJECT",
  "REFERENCES",
  "REFS",
]);

function isAlgorithm(word: string): word is ThreadAlgorithm {
  return ALGORITHMS.has(word);
}
