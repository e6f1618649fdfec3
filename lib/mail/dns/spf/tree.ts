/**
 * All that an SPF record leads to, as a tree with the look-ups that each branch costs (RFC 7208 §4.6.4), and
 * whatever is broken in it. Counted in full, as for a sender that nothing matches: that is who gets an error
 * from the eleventh look-up. Names with macros are counted and not followed: they differ with the sender.
 */
import type { SpfDns } from "./evaluate.ts";
import { hasMacro } from "./macro.ts";
import { isSpfRecord, parseSpf, type LookupTerm, type SpfTerm } from "./record.ts";

export interface SpfNode {
  /** As written in the record above: "include:_spf.example"; of the root: the domain. */
  readonly term: string;
  /** The name that is asked; "" for terms that ask nothing. */
  readonly name: string;
  /** The record found there, for the root, include and redirect. */
  readonly record: string | null;
  /** Its own, and of all below it. */
  readonly lookups: number;
  readonly voids: number;
  readonly problem: SpfProblem | null;
  readonly children: readonly SpfNode[];
}

export type SpfProblem =
  | { readonly kind: "syntax"; readonly detail: string }
  | { readonly kind: "none" | "several" | "loop" | "temporary"; readonly detail: string };

/** A tree that is larger is an error anyway; we do not wander about in it. */
const MAX_NODES = 60;

interface Walk {
  readonly dns: SpfDns;
  nodes: number;
}

export function spfTree(domain: string, record: string, dns: SpfDns): Promise<SpfNode> {
  const walk: Walk = { dns, nodes: 0 };
  return readRecord(walk, { term: domain, name: domain, path: [], cost: 0 }, record);
}

interface Place {
  readonly term: string;
  readonly name: string;
  /** Names above it. */
  readonly path: readonly string[];
  /** Look-ups that reaching it cost. */
  readonly cost: number;
}

async function readRecord(walk: Walk, place: Place, record: string): Promise<SpfNode> {
  const { terms, problem } = parseSpf(record);
  if (terms === null) return node(place, { record, problem: { kind: "syntax", detail: problem } });
  const children: SpfNode[] = [];
  // §6.1: beside `all`, redirect is never followed.
  const isClosed = terms.some(({ kind }) => kind === "all");
  for (const term of terms) {
    if (term.kind === "redirect" && isClosed) continue;
    children.push(await readTerm(walk, place, term));
  }
  return node(place, { record, children });
}

async function readTerm(walk: Walk, above: Place, term: SpfTerm): Promise<SpfNode> {
  walk.nodes += 1;
  const path = [...above.path, above.name];
  switch (term.kind) {
    case "all":
    case "ip4":
    case "ip6":
    case "exp":
      return node({ term: term.text, name: "", path, cost: 0 });
    case "redirect":
      return follow(walk, { term: term.text, name: lower(term.domain), path, cost: 1 });
    case "include":
      return follow(walk, { term: term.text, name: lower(term.domain ?? ""), path, cost: 1 });
    default: {
      const name = lower(term.domain ?? above.name);
      return askTerm(walk, { term: term.text, name, path, cost: 1 }, term);
    }
  }
}

/** include and redirect: the record there is read in turn. */
async function follow(walk: Walk, place: Place): Promise<SpfNode> {
  if (hasMacro(place.name) || walk.nodes > MAX_NODES) return node(place);
  if (place.path.includes(place.name))
    return node(place, { problem: { kind: "loop", detail: place.name } });
  const answer = await walk.dns.txt(place.name);
  if (answer.rcode !== "NOERROR" && answer.rcode !== "NXDOMAIN")
    return node(place, { problem: { kind: "temporary", detail: answer.rcode } });
  const records = answer.records.filter(isSpfRecord);
  const [record] = records;
  if (record === undefined) return node(place, { problem: { kind: "none", detail: place.name } });
  if (records.length > 1)
    return node(place, { record, problem: { kind: "several", detail: String(records.length) } });
  return readRecord(walk, place, record);
}

/** a, mx, exists: asked, to see whether they lead to anything. ptr depends on the sender. */
async function askTerm(walk: Walk, place: Place, { kind }: LookupTerm): Promise<SpfNode> {
  if (kind === "ptr" || hasMacro(place.name) || walk.nodes > MAX_NODES) return node(place);
  const answers =
    kind === "mx"
      ? [await walk.dns.ask(place.name, "MX")]
      : [
          await walk.dns.ask(place.name, "A"),
          ...(kind === "a" ? [await walk.dns.ask(place.name, "AAAA")] : []),
        ];
  const failed = answers.find(({ rcode }) => rcode !== "NOERROR" && rcode !== "NXDOMAIN");
  if (failed) return node(place, { problem: { kind: "temporary", detail: failed.rcode } });
  // `exists` is made to find nothing, for most.
  const isVoid = kind !== "exists" && answers.every(({ records }) => records.length === 0);
  return node(place, { voids: isVoid ? 1 : 0 });
}

interface Rest {
  readonly record?: string;
  readonly problem?: SpfProblem;
  readonly children?: readonly SpfNode[];
  readonly voids?: number;
}

function node({ term, name, cost }: Place, rest: Rest = {}): SpfNode {
  const { record = null, problem = null, children = [], voids = 0 } = rest;
  const sum = (of: (child: SpfNode) => number) =>
    children.reduce((all, child) => all + of(child), 0);
  return {
    ...{ term, name, record, problem, children },
    lookups: cost + sum((child) => child.lookups),
    voids: voids + sum((child) => child.voids),
  };
}

const lower = (name: string) => name.toLowerCase().replace(/\.$/, "");

/** The first thing in the tree that is broken, from the left. */
export function firstProblem(root: SpfNode): SpfNode | null {
  if (root.problem !== null) return root;
  for (const child of root.children) {
    const found = firstProblem(child);
    if (found) return found;
  }
  return null;
}

/** How the record that counts in the end closes: its `all`, by way of redirect. */
export function closingOf(root: SpfNode): string | null {
  const all = root.children.find(({ term }) => /^[+?~-]?all$/i.test(term));
  if (all) return all.term.length === 3 ? `+${all.term}` : all.term;
  const redirect = root.children.find(({ term }) => /^redirect=/i.test(term));
  return redirect && redirect.record !== null ? closingOf(redirect) : null;
}

export function usesPtr(root: SpfNode): boolean {
  return /^[+?~-]?ptr(?::|$)/i.test(root.term) || root.children.some(usesPtr);
}
