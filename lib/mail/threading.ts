/**
 * Conversations: THREAD=ORDEREDSUBJECT and THREAD=REFERENCES (RFC 5256 §3), THREAD=REFS
 * (draft-ietf-morg-inthread: the references alone, threads in the order of their newest message).
 *
 * Work is in steps and grows with the number of messages and references, not with their square; nothing
 * recurses, so a thread may be as deep as the mailbox. Numbers in comments are the steps of the RFC.
 */
import type { ThreadAlgorithm } from "../codec/imap/types.ts";
import type { BaseSubject } from "./base-subject.ts";
import { compareMapped } from "./collation.ts";
import { linkReferences } from "./message-links.ts";
import type { Link } from "./message-links.ts";
import { mergeBySubject } from "./subject-threads.ts";
import { sortSteps } from "./steps.ts";
import type { Steps } from "./steps.ts";

/** What threads are made of. */
export interface Threadable {
  readonly uid: number;
  /** sort-keys.ts sentTime. */
  readonly sent: number;
  readonly messageId: string | null;
  /** Oldest first. */
  readonly references: readonly string[];
  /** Its text prepared by the collation. */
  readonly subject: BaseSubject;
}

/** A message with what answers it. A dummy (null) stands at the top only, above two or more. */
export interface Tree {
  readonly message: Threadable | null;
  children: Tree[];
}

/** `messages` in the order of the mailbox. */
export function threadSteps(
  algorithm: ThreadAlgorithm,
  messages: readonly Threadable[],
): Steps<Tree[]> {
  switch (algorithm) {
    case "ORDEREDSUBJECT":
      return orderedSubject(messages);
    case "REFERENCES":
      return references(messages);
    case "REFS":
      return refs(messages);
  }
}

// ── ORDEREDSUBJECT ──────────────────────────────────────────────────────────────────────────────

function* orderedSubject(messages: readonly Threadable[]): Steps<Tree[]> {
  const sorted = yield* sortSteps(
    messages,
    (a, b) => compareMapped(a.subject.text, b.subject.text) || compareMessages(a, b),
  );
  const threads: Tree[] = [];
  let subject: string | null = null;
  for (const [index, message] of sorted.entries()) {
    if (index % 512 === 0) yield;
    const tree = { message, children: [] };
    // The second message and all that follow are children of the first: no grandchildren.
    if (message.subject.text === subject) threads.at(-1)?.children.push(tree);
    else threads.push(tree);
    subject = message.subject.text;
  }
  return yield* sortSteps(threads, compareTrees);
}

// ── REFERENCES ──────────────────────────────────────────────────────────────────────────────────

function* references(messages: readonly Threadable[]): Steps<Tree[]> {
  const roots = yield* plant(yield* linkReferences(messages)); // (1) to (3)
  yield* sortFamilies(roots.filter(({ message }) => message === null));
  const merged = yield* mergeBySubject(yield* sortSteps(roots, compareTrees)); // (4), (5)
  yield* sortFamilies(merged); // (6)
  return yield* sortSteps(merged, compareTrees);
}

/** (2), (3): trees of the links, without the dummies that the RFC prunes. */
function* plant(links: readonly Link<Threadable>[]): Steps<Tree[]> {
  const trees = new Map<Link<Threadable>, Tree>();
  const roots: Tree[] = [];
  const treeOf = (link: Link<Threadable>): Tree => {
    const known = trees.get(link);
    if (known !== undefined) return known;
    const tree: Tree = { message: link.message, children: [] };
    trees.set(link, tree);
    return tree;
  };
  for (const [index, link] of links.entries()) {
    if (index % 512 === 0) yield;
    if (link.message === null) continue;
    const anchor = anchorOf(link);
    if (anchor === null) roots.push(treeOf(link));
    else {
      const parent = treeOf(anchor);
      if (anchor.message === null && parent.children.length === 0) roots.push(parent);
      parent.children.push(treeOf(link));
    }
  }
  return roots.map(withoutLonelyDummy);
}

/** The nearest ancestor that is a message; without one, the topmost dummy; null for a root. */
function anchorOf(link: Link<Threadable>): Link<Threadable> | null {
  const passed: Link<Threadable>[] = [];
  let at = link.parent;
  while (at !== null && at.message === null && at.parent !== null) {
    passed.push(at);
    at = at.parent;
  }
  // Who comes by next goes straight there.
  for (const dummy of passed) dummy.parent = at;
  return at;
}

/** (3): a dummy at the top gives its place to an only child. */
function withoutLonelyDummy(tree: Tree): Tree {
  const [only] = tree.children;
  return tree.message === null && tree.children.length === 1 && only !== undefined ? only : tree;
}

// ── REFS ────────────────────────────────────────────────────────────────────────────────────────

function* refs(messages: readonly Threadable[]): Steps<Tree[]> {
  const roots = yield* plant(yield* linkReferences(messages));
  yield* sortFamilies(roots);
  const dated: { tree: Tree; newest: Dated }[] = [];
  for (const [index, tree] of roots.entries()) {
    if (index % 512 === 0) yield;
    dated.push({ tree, newest: newestOf(tree) });
  }
  const sorted = yield* sortSteps(dated, (a, b) => compareMessages(a.newest, b.newest));
  return sorted.map(({ tree }) => tree);
}

function newestOf(root: Tree): Dated {
  let newest: Dated = firstOf(root);
  for (const { message } of family(root))
    if (message !== null && compareMessages(newest, message) < 0) newest = message;
  return newest;
}

// ── Order ───────────────────────────────────────────────────────────────────────────────────────

type Dated = Pick<Threadable, "uid" | "sent">;

/** By sent date, then in the order of the mailbox. */
function compareMessages(a: Dated, b: Dated): number {
  return a.sent - b.sent || a.uid - b.uid;
}

/** (4): a dummy is as old as its first child. */
export function compareTrees(a: Tree, b: Tree): number {
  return compareMessages(firstOf(a), firstOf(b));
}

const NOBODY: Dated = { uid: 0, sent: 0 };

function firstOf({ message, children }: Tree): Dated {
  if (message !== null) return message;
  return (
    children.reduce<Dated | null>((first, { message: child }) => {
      if (child === null) return first;
      return first === null || compareMessages(child, first) < 0 ? child : first;
    }, null) ?? NOBODY
  );
}

function* sortFamilies(roots: readonly Tree[]): Steps<void> {
  let seen = 0;
  for (const root of roots)
    for (const tree of family(root)) {
      if (++seen % 512 === 0) yield;
      if (tree.children.length > 1) tree.children = yield* sortSteps(tree.children, compareTrees);
    }
}

/** A tree and all below it, parents first. Children may be sorted while it walks. */
function* family(root: Tree): Generator<Tree> {
  const open = [root];
  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    yield tree;
    for (const child of tree.children) open.push(child);
  }
}
