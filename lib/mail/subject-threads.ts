/**
 * Threads that belong together by their subjects: RFC 5256 §3 REFERENCES, step (5). `roots` are sorted
 * by sent date, and so are the children of dummies among them.
 */
import type { BaseSubject } from "./base-subject.ts";
import type { Steps } from "./steps.ts";
import type { Tree } from "./threading.ts";

export function* mergeBySubject(roots: readonly Tree[]): Steps<Tree[]> {
  const table = yield* subjectTable(roots);
  const kept = new Set(roots);
  for (const [index, tree] of roots.entries()) {
    if (index % 512 === 0) yield;
    const { text } = subjectOf(tree);
    const first = table.get(text);
    if (first === undefined || first === tree || text === "") continue;
    kept.delete(tree);
    const into = merge(first, tree);
    if (into === first) continue;
    // Set keeps the order of insertion; the caller sorts again.
    kept.delete(first);
    kept.add(into);
    table.set(text, into);
  }
  return [...kept];
}

/** (A), (B): for each subject the message that the others go to. */
function* subjectTable(roots: readonly Tree[]): Steps<Map<string, Tree>> {
  const table = new Map<string, Tree>();
  for (const [index, tree] of roots.entries()) {
    if (index % 512 === 0) yield;
    const { text } = subjectOf(tree);
    if (text === "") continue;
    const known = table.get(text);
    if (known === undefined || goesBefore(tree, known)) table.set(text, tree);
  }
  return table;
}

/** (B)(iv): a dummy before a message, what is no reply before a reply. */
function goesBefore(tree: Tree, known: Tree): boolean {
  if (known.message === null) return false;
  return tree.message === null || (known.message.subject.isReply && !isReply(tree));
}

/** (C)(iv): the tree that holds both. */
function merge(first: Tree, tree: Tree): Tree {
  if (first.message === null) {
    if (tree.message === null) for (const child of tree.children) first.children.push(child);
    else first.children.push(tree);
    return first;
  }
  if (isReply(tree) && !isReply(first)) {
    first.children.push(tree);
    return first;
  }
  return { message: null, children: [first, tree] };
}

function isReply({ message }: Tree): boolean {
  return message?.subject.isReply ?? false;
}

/** (B)(i): a dummy has the subject of its first child. */
function subjectOf({ message, children }: Tree): BaseSubject {
  return message?.subject ?? children[0]?.message?.subject ?? NO_SUBJECT;
}

const NO_SUBJECT: BaseSubject = { text: "", isReply: false };
