/** How commands answer: a table or sentences for people, one JSON value for scripts. */

const write = (text: string): void => void process.stdout.write(`${text}\n`);

export function printJson(value: unknown): void {
  write(JSON.stringify(value, plain, 2));
}

/** Columns as wide as their widest cell. `[]` prints `nothing`. */
export function printTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  nothing: string,
): void {
  if (rows.length === 0) {
    write(nothing);
    return;
  }
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [heads, ...rows]) {
    write(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}

export function printLine(text: string): void {
  write(text);
}

/** bigint has no JSON form; ours fit a number or are ids. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? "B"}`;
}
