/**
 * AND, OR and NOT over answers that may still be unknown: a key is asked first what the folder's view
 * knows, then what the stored structure knows, and only then are octets read.
 */
import type { SearchKey } from "../../../lib/codec/imap/types.ts";

/** Null: not known at this price. */
export type Verdict = boolean | null;

/** Keys without others inside. */
export type Leaf = Exclude<SearchKey, { kind: "and" | "or" | "not" }>;

/** Made once, to be asked of many: `leaf` answers a test for each leaf. */
export function compile<T>(
  key: SearchKey,
  leaf: (key: Leaf) => (of: T) => Verdict,
): (of: T) => Verdict {
  switch (key.kind) {
    case "not": {
      const inner = compile(key.key, leaf);
      return (of) => negate(inner(of));
    }
    case "or": {
      const [left, right] = [compile(key.left, leaf), compile(key.right, leaf)];
      return (of) => negate(both(negate(left(of)), () => negate(right(of))));
    }
    case "and": {
      const all = key.keys.map((inner) => compile(inner, leaf));
      const [only] = all;
      if (all.length === 1 && only !== undefined) return only;
      return (of) => {
        let so: Verdict = true;
        for (const one of all) {
          const verdict = one(of);
          if (verdict === false) return false;
          if (verdict === null) so = null;
        }
        return so;
      };
    }
    default:
      return leaf(key);
  }
}

function negate(verdict: Verdict): Verdict {
  return verdict === null ? null : !verdict;
}

function both(left: Verdict, right: () => Verdict): Verdict {
  if (left === false) return false;
  const other = right();
  return other === false ? false : left === null ? null : other;
}

/** The same when a leaf may have to read: one leaf at a time, none that no longer matters. */
export async function judgeFully(
  key: SearchKey,
  leaf: (key: Leaf) => Promise<boolean>,
): Promise<boolean> {
  switch (key.kind) {
    case "not":
      return !(await judgeFully(key.key, leaf));
    case "or":
      return (await judgeFully(key.left, leaf)) || (await judgeFully(key.right, leaf));
    case "and":
      for (const inner of key.keys) if (!(await judgeFully(inner, leaf))) return false;
      return true;
    default:
      return leaf(key);
  }
}

/** Cheap keys first, at every level. */
export function byCost(key: SearchKey): SearchKey {
  switch (key.kind) {
    case "and":
      return { kind: "and", keys: key.keys.map(byCost).sort((a, b) => cost(a) - cost(b)) };
    case "or": {
      const [left, right] = [byCost(key.left), byCost(key.right)];
      return cost(left) <= cost(right)
        ? { kind: "or", left, right }
        : { kind: "or", left: right, right: left };
    }
    case "not":
      return { kind: "not", key: byCost(key.key) };
    default:
      return key;
  }
}

function cost(key: SearchKey): number {
  switch (key.kind) {
    case "and":
      return Math.max(...key.keys.map(cost));
    case "or":
      return Math.max(cost(key.left), cost(key.right));
    case "not":
      return cost(key.key);
    case "body":
    case "text":
      return 3;
    case "header":
      return 2;
    case "date":
      return key.of === "sent" ? 1 : 0;
    default:
      return 0;
  }
}
