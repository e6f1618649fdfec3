/**
 * SPF records compared term by term: RFC 7208. Terms are tried from the left and the first match counts
 * (§4.6.2), so their order matters as soon as one says anything but "pass"; what stands behind `all` is never
 * tried (§5.1), modifiers stand anywhere (§6). Names and "+" (§4.6.1) have no weight of their own.
 */
import { asSets, inOrder, type Compared, type Token } from "./difference-words.ts";

export function compareSpf(found: string, wanted: string): Compared {
  const [left, right] = [terms(found), terms(wanted)];
  const isFree = [...left, ...right].every(({ key }) => !/^[-~?](?!all$)/.test(key));
  return isFree ? asSets(left, right) : inOrder(left, right);
}

function terms(text: string): Token[] {
  let isOver = false;
  const seen = new Map<string, number>();
  return text
    .trim()
    .split(/(?<=\s)(?=\S)/)
    .map((word) => {
      const term = word.trimEnd().toLowerCase().replace(/^\+/, "");
      const isModifier = /^[a-z][a-z0-9._-]*=/.test(term);
      const times = (seen.get(term) ?? 0) + 1;
      seen.set(term, times);
      const place = isOver && !isModifier ? " (behind all)" : times > 1 ? ` (${times})` : "";
      isOver ||= /^[-~?]?all$/.test(term);
      return { text: word, key: term + place };
    });
}
