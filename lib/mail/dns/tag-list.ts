/**
 * Tag lists as DKIM (RFC 6376 §3.2), DMARC (RFC 9989 §4.7), MTA-STS (RFC 8461 §3.1) and TLS-RPT (RFC 8460 §3)
 * have them: "name=value" pairs with ";" between, white space around them without meaning. Where a name stands
 * twice the whole list is refused (RFC 6376 §3.2), except for those who ask for leniency.
 */
export interface TagList {
  /** In the order in which they stand. */
  readonly entries: readonly { readonly name: string; readonly value: string }[];
  get(name: string): string | undefined;
}

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
/** No TXT record of ours is longer; a stranger's megabyte is not taken apart. */
const MAX_LENGTH = 65_535;

export interface TagOptions {
  /** RFC 9989 §4.7: names have no case, the first of a name counts, what cannot be read is passed over. */
  readonly lenient?: boolean;
}

/** Null: no tag list. An empty part at the end is passed over. */
export function parseTags(text: string, { lenient = false }: TagOptions = {}): TagList | null {
  if (text.length > MAX_LENGTH) return null;
  const parts = text.split(";").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  const entries: { name: string; value: string }[] = [];
  const values = new Map<string, string>();
  for (const part of parts) {
    const at = part.indexOf("=");
    const written = part.slice(0, Math.max(at, 0)).trim();
    const name = lenient ? written.toLowerCase() : written;
    if (at < 0 || !NAME.test(name)) {
      if (lenient) continue;
      return null;
    }
    const value = part.slice(at + 1).trim();
    if (values.has(name)) {
      if (!lenient) return null;
      continue;
    }
    entries.push({ name, value });
    values.set(name, value);
  }
  return entries.length === 0 ? null : { entries, get: (name) => values.get(name) };
}
