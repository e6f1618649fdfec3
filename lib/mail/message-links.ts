/**
 * Who answers whom: RFC 5256 §3 REFERENCES, step (1). Ids that no message carries stand as dummies.
 *
 * Links are parents only, so making and breaking one costs nothing. A loop can only come about where
 * something already hangs below the child: only then are the ancestors of the parent walked, and no
 * farther than any honest thread goes; beyond, the link is left out as if it closed a loop.
 */
import type { Steps } from "./steps.ts";

export interface Link<M> {
  readonly message: M | null;
  parent: Link<M> | null;
}

interface Linkable {
  readonly messageId: string | null;
  readonly references: readonly string[];
}

/** A link while it is made. */
interface Node<M> {
  message: M | null;
  parent: Node<M> | null;
  /** Something was linked below it at some time. */
  hasChildren: boolean;
}

/** Ancestors walked in search of a loop. */
const MAX_WALK = 1000;

export function* linkReferences<M extends Linkable>(messages: readonly M[]): Steps<Link<M>[]> {
  const byId = new Map<string, Node<M>>();
  const nodes: Node<M>[] = [];
  const add = (message: M | null): Node<M> => {
    const node = { message, parent: null, hasChildren: false };
    nodes.push(node);
    return node;
  };
  const named = (id: string): Node<M> => {
    const known = byId.get(id);
    if (known !== undefined) return known;
    const node = add(null);
    byId.set(id, node);
    return node;
  };
  for (const [index, message] of messages.entries()) {
    if (index % 64 === 0) yield;
    const { messageId } = message;
    // A second message of one id, or without id, gets one of its own.
    const known = messageId === null ? null : named(messageId);
    const node = known !== null && known.message === null ? known : add(null);
    node.message = message;
    const parent = linkChain(message.references.map(named)); // (A)
    relink(node, parent); // (B)
  }
  return nodes;
}

/** (A): each reference is the parent of the next, unless that has one already. Answers the last. */
function linkChain<M>(chain: readonly Node<M>[]): Node<M> | null {
  let last: Node<M> | null = null;
  for (const node of chain) {
    if (last !== null && node.parent === null) link(node, last);
    last = node;
  }
  return last;
}

/** (B): the message's own references are right, whatever others made of it; unless they go in circles. */
function relink<M>(node: Node<M>, parent: Node<M> | null): void {
  const before = node.parent;
  node.parent = null;
  if (parent !== null && !link(node, parent)) node.parent = before;
}

/** False when it would close a loop. */
function link<M>(child: Node<M>, parent: Node<M>): boolean {
  if (child === parent || (child.hasChildren && isAncestor(child, parent))) return false;
  child.parent = parent;
  parent.hasChildren = true;
  return true;
}

function isAncestor<M>(node: Node<M>, of: Node<M>): boolean {
  let at: Node<M> | null = of;
  for (let steps = 0; at !== null; steps++) {
    if (at === node || steps > MAX_WALK) return true;
    at = at.parent;
  }
  return false;
}
