/** One page of a list that is read by key, one row more than it shows. */

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Keys to ask for the neighbouring pages with, or null where there is none. */
  readonly next: string | null;
  readonly previous: string | null;
}

export interface Asked {
  readonly after: string;
  /** When set, the page that ends before this one. */
  readonly before: string;
  readonly limit: number;
}

/** `found` holds up to `limit + 1` rows, in the list's order whichever way they were read. */
export function pageOf<Row>(
  found: readonly Row[],
  { after, before, limit }: Asked,
  keyOf: (row: Row) => string,
): Page<Row> {
  const more = found.length > limit;
  // Read backwards, the row too many is the first.
  const rows = before === "" ? found.slice(0, limit) : found.slice(more ? 1 : 0);
  const [first, last] = [rows.at(0), rows.at(-1)];
  const hasNext = before === "" ? more : true;
  const hasPrevious = before === "" ? after !== "" : more;
  return {
    rows,
    next: hasNext && last !== undefined ? keyOf(last) : null,
    previous: hasPrevious && first !== undefined ? keyOf(first) : null,
  };
}
