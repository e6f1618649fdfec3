/**
 * Work that can be interrupted: a generator that yields between steps of well under a millisecond and
 * returns the result. Who runs it decides whether others have their turn in between.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs all of it at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Elements between two yields: a few hundred microseconds of comparing. */
const RUN = 512;

/** A stable merge sort; the array given is left alone. */
export function* sortSteps<T>(items: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      merged.push(yield* merge(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
): Steps<T[]> {
  const out: T[] = [];
  let at = 0;
  for (const item of left) {
    for (let next = right[at]; next !== undefined && compare(next, item) < 0; next = right[++at]) {
      out.push(next);
      if (out.length % RUN === 0) yield;
    }
    out.push(item);
    if (out.length % RUN === 0) yield;
  }
  for (; at < right.length; at++) {
    const item = right[at];
    if (item !== undefined) out.push(item);
    if (out.length % RUN === 0) yield;
  }
  return out;
}
