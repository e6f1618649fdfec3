/** Values from the address bar: repeated or missing ones are no reason to fail. */
type Value = string | string[] | undefined;

/** What Next gives a page: folder names in brackets, and the query. */
export interface PageProps<Params = Record<never, string>> {
  readonly params: Promise<Params>;
  readonly searchParams: Promise<Readonly<Record<string, Value>>>;
}

/** Longer than any name we keep; a longer search finds nothing anyway. */
const MAX = 300;

export function text(value: Value): string {
  const first = Array.isArray(value) ? value[0] : value;
  // PostgreSQL has no NUL in its text; nobody types the others.
  return (first ?? "")
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, MAX);
}

/** The same for what names a row exactly: nothing is trimmed. Longer than any folder's name. */
export function key(value: Value): string {
  const first = Array.isArray(value) ? value[0] : value;
  return (first ?? "").replaceAll("\0", "").slice(0, MAX_KEY);
}
const MAX_KEY = 1000;

/** A folder of the path as it was meant: "%C3%A9" is "é". Broken escapes are nobody's name. */
export function segment(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return "";
  }
}

/** One of the allowed words, else the first of them. */
export function oneOf<Word extends string>(value: Value, words: readonly [Word, ...Word[]]): Word {
  return words.find((word) => word === text(value)) ?? words[0];
}

/** "/path?a=b" with what is not empty. */
export function link(path: string, query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ""));
  return search.size === 0 ? path : `${path}?${search}`;
}
