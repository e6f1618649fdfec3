/**
 * SPF records that are there, with ours put in (RFC 7208): the owner's other senders stay permitted, his
 * `all` keeps its strictness, and several records, which are an error (§3.2), become one.
 */

/** "v=spf1", whatever follows: §4.5. */
export const isSpf = (text: string) => /^v=spf1(?:\s|$)/i.test(text);

interface Terms {
  readonly mechanisms: readonly string[];
  /** "all" with its qualifier, or null. */
  readonly all: string | null;
  /** redirect=, exp= and unknown modifiers. */
  readonly modifiers: readonly string[];
}

/** `found` are SPF records; the answer is the one record that is to be there. */
export function mergeSpf(found: readonly string[], ours: string): string {
  const [first, ...more] = found.map(readTerms);
  if (!first) return ours;
  const wanted = readTerms(ours);
  const present = [...first.mechanisms, ...more.flatMap(({ mechanisms }) => mechanisms)];
  const added = wanted.mechanisms.filter((term) => !present.some((other) => sameTerm(other, term)));
  const isWhole = found.length === 1 && added.length === 0;
  if (isWhole) return found[0] ?? ours;
  const all = first.all ?? more.find((terms) => terms.all !== null)?.all ?? null;
  const modifiers = first.modifiers.length > 0 ? first.modifiers : (more[0]?.modifiers ?? []);
  const end = all ?? (modifiers.some((term) => /^redirect=/i.test(term)) ? null : wanted.all);
  const mechanisms = present.filter(
    (term, at) => present.findIndex((other) => sameTerm(other, term)) === at,
  );
  // Ours in front: of what is evaluated from the left, the first match counts (§4.6.2).
  return ["v=spf1", ...added, ...mechanisms, ...(end === null ? [] : [end]), ...modifiers].join(
    " ",
  );
}

function readTerms(text: string): Terms {
  const terms = text.trim().split(/\s+/).slice(1);
  const isAll = (term: string) => /^[+?~-]?all$/i.test(term);
  const isModifier = (term: string) => /^[a-z][a-z0-9._-]*=/i.test(term);
  return {
    mechanisms: terms.filter((term) => !isAll(term) && !isModifier(term)),
    all: terms.find(isAll) ?? null,
    modifiers: terms.filter(isModifier),
  };
}

/** "+" is what an absent qualifier means (§4.6.1). */
const sameTerm = (one: string, two: string) =>
  one.replace(/^\+/, "").toLowerCase() === two.replace(/^\+/, "").toLowerCase();
