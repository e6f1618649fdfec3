import type { ReactNode } from "react";

interface GridTableProps {
  /** Read to those who do not see the table's surroundings. */
  readonly caption: ReactNode;
  /** Headings in order; false for a column that is not shown. The first names its row. */
  readonly columns: readonly (string | false)[];
  /** The rows. On a phone each becomes a card: cells bring their heading as `data-label`. */
  readonly children: ReactNode;
}

export function GridTable({ caption, columns, children }: GridTableProps) {
  return (
    <table className="grid-table">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {columns.map(
            (heading) =>
              heading !== false && (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ),
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
