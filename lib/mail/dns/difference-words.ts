/** Texts compared word by word, in their order: the parts that both have, and those that only one has. Pure. */
export type Mark = "same" | "removed" | "added";

/** A piece of a value with the space behind it. */
export interface Part {
  readonly mark: Mark;
  readonly text: string;
}

export interface Compared {
  readonly found: readonly Part[] | null;
  readonly wanted: readonly Part[] | null;
}

/** A token: as it is shown, and what it is compared by. */
export interface Token {
  readonly text: string;
  readonly key: string;
}

export const whole = (mark: Mark, text: string): Part[] => [{ mark, text }];

export function compareWords(found: string, wanted: string): Compared {
  const words = (text: string) => text.split(/(?<=\s)(?=\S)/).map(wordToken);
  return inOrder(words(found), words(wanted));
}

const wordToken = (text: string): Token => ({ text, key: text.trimEnd() });

/** Longest common subsequence: what stands in both in the same order stays. */
export function inOrder(found: readonly Token[], wanted: readonly Token[]): Compared {
  const lengths = commonLengths(found, wanted);
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  const [left, right]: [Part[], Part[]] = [[], []];
  let [i, j] = [0, 0];
  for (;;) {
    const [one, other] = [found[i], wanted[j]];
    if (one === undefined && other === undefined) return { found: left, wanted: right };
    if (one !== undefined && one.key === other?.key) {
      left.push({ mark: "same", text: one.text });
      right.push({ mark: "same", text: other.text });
      i++;
      j++;
    } else if (one !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))) {
      left.push({ mark: "removed", text: one.text });
      i++;
    } else if (other !== undefined) {
      right.push({ mark: "added", text: other.text });
      j++;
    }
  }
}

/** `[i][j]`: how many tokens of the rest from i have a partner in the rest from j. */
function commonLengths(found: readonly Token[], wanted: readonly Token[]): number[][] {
  const rows = Array.from({ length: found.length + 1 }, () =>
    Array<number>(wanted.length + 1).fill(0),
  );
  for (let i = found.length - 1; i >= 0; i--) {
    const [row, below] = [rows[i] ?? [], rows[i + 1] ?? []];
    for (let j = wanted.length - 1; j >= 0; j--) {
      const isPair = found[i]?.key === wanted[j]?.key;
      row[j] = isPair ? 1 + (below[j + 1] ?? 0) : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return rows;
}

/** Whatever their order: what both have stays. */
export function asSets(found: readonly Token[], wanted: readonly Token[]): Compared {
  const keys = (tokens: readonly Token[]) => new Set(tokens.map(({ key }) => key));
  const [ours, theirs] = [keys(wanted), keys(found)];
  const marked = (tokens: readonly Token[], other: ReadonlySet<string>, mark: Mark): Part[] =>
    tokens.map(({ text, key }) => ({ mark: other.has(key) ? "same" : mark, text }));
  return { found: marked(found, ours, "removed"), wanted: marked(wanted, theirs, "added") };
}
