/**
 * The THREAD response: RFC 5256 §4 `thread-data`. In pieces, because a mailbox may be one thread, and
 * without recursion, because a thread may be as deep as the mailbox.
 */

interface Node<T> {
  /** Null: a message that is not there, above two or more that are. */
  readonly number: number | null;
  readonly children: readonly T[];
}

/** "(1 2 (3)(4 5))(6)". */
export function* threadText<T>(roots: readonly T[], read: (tree: T) => Node<T>): Generator<string> {
  // What is still to be written, the next thing last.
  const open: (T | typeof CLOSE | typeof LIST)[] = [];
  const push = (trees: readonly T[]) => {
    for (const tree of trees.toReversed()) open.push(CLOSE, tree, LIST);
  };
  push(roots);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === CLOSE) yield ")";
    else if (next === LIST) yield "(";
    else {
      const { number, children } = read(next);
      const [only] = children;
      const gap = number !== null && children.length > 0 ? " " : "";
      yield `${number ?? ""}${gap}`;
      // An only child goes on in the same list.
      if (children.length === 1 && only !== undefined) open.push(only);
      else push(children);
    }
  }
}

const CLOSE = Symbol("close");
const LIST = Symbol("list");
