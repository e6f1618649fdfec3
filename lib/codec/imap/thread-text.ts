/**
 * The THREAD response: RFC 5256 §4 `thread-data`. In pieces, because a mailbox may be one thread, and
 * without recursion, because a thread may be as deep as the mailbox.
 */

interface Node<T> {
  /** Null: a message that is not there, above two or more that are. */
  readonly number: number | null;
  readonly children: readonly T[];
}

/** Trees side by side. */
interface List<T> {
  readonly trees: readonly T[];
  next: number;
  /** The tree before the next one waits for its end. */
  open: boolean;
}

/** "(1 2 (3)(4 5))(6)". */
export function* threadText<T>(roots: readonly T[], read: (tree: T) => Node<T>): Generator<string> {
  // Lists within lists, the innermost last.
  const lists: List<T>[] = [{ trees: roots, next: 0, open: false }];
  for (let list = lists.at(-1); list !== undefined; list = lists.at(-1)) {
    if (list.open) yield ")";
    const tree = list.trees[list.next++];
    list.open = tree !== undefined;
    if (tree === undefined) {
      lists.pop();
      continue;
    }
    yield "(";
    const children = yield* line(tree, read);
    if (children.length > 0) lists.push({ trees: children, next: 0, open: false });
  }
}

/** An only child goes on in the same list. Answers what stands side by side below. */
function* line<T>(from: T, read: (tree: T) => Node<T>): Generator<string, readonly T[]> {
  for (let tree = from; ;) {
    const { number, children } = read(tree);
    const gap = number !== null && children.length > 0 ? " " : "";
    yield `${number ?? ""}${gap}`;
    const [only] = children;
    if (children.length !== 1 || only === undefined) return children;
    tree = only;
  }
}
