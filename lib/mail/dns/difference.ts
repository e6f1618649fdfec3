/**
 * What sets a found value apart from the one that is to stand there, token by token: for people who look at
 * both. By meaning, as the checks compare: the order of tags (RFC 6376 §3.2, RFC 9989 §4.7, RFC 8461 §3.1,
 * RFC 8460 §3), of SPF terms that all say "pass" (RFC 7208 §4.6.2) and of addresses does not matter, nor do
 * spaces and case where they say nothing. Pure.
 */
import { canonicalValue, isSetType } from "./record-sets.ts";
import { isSpf } from "./spf-merge.ts";
import { compareSpf } from "./difference-spf.ts";
import { compareTags, isTagList } from "./difference-tags.ts";
import { compareWords, whole, type Compared } from "./difference-words.ts";
import type { CheckResult } from "./check.ts";

export type { Mark, Part } from "./difference-words.ts";

/** A found value beside the one that takes its place; null: nothing takes it, or nothing was there. */
export type Pair = Compared;

/** Past this nobody reads token by token, and comparing would cost more than it tells. */
const MAX_LENGTH = 2_048;
const MAX_VALUES = 40;

/** `found` becomes `wanted`: values that stay first, then what changes, goes and comes. */
export function differenceOf(
  type: string,
  found: readonly string[],
  wanted: readonly string[],
): Pair[] {
  const [left, right] = [[...found], [...wanted]];
  const isMuch = Math.max(found.length, wanted.length) > MAX_VALUES;
  const take = (isPair: (pair: Pair) => boolean): Pair[] =>
    found.flatMap((one) => {
      if (!left.includes(one)) return [];
      for (const other of right) {
        const pair = isMuch ? alike(one, other) : compare(type, one, other);
        if (!isPair(pair)) continue;
        left.splice(left.indexOf(one), 1);
        right.splice(right.indexOf(other), 1);
        return [pair];
      }
      return [];
    });
  const same = take(isSame);
  const akin = take(hasCommon);
  // What has nothing in common still is read side by side: this goes, that comes.
  const rest = left.map((one, at) => ({
    found: whole("removed", one),
    wanted: right[at] === undefined ? null : whole("added", right[at]),
  }));
  const more = right
    .slice(left.length)
    .map((one) => ({ found: null, wanted: whole("added", one) }));
  return [...same, ...akin, ...rest, ...more];
}

export const isSame = ({ found, wanted }: Pair): boolean =>
  found !== null && wanted !== null && [...found, ...wanted].every(({ mark }) => mark === "same");

const hasCommon = ({ found }: Pair): boolean => found?.some(({ mark }) => mark === "same") ?? false;

/** As they are written, and no closer. */
function alike(found: string, wanted: string): Pair {
  const isEqual = found === wanted;
  return {
    found: whole(isEqual ? "same" : "removed", found),
    wanted: whole(isEqual ? "same" : "added", wanted),
  };
}

function compare(type: string, found: string, wanted: string): Pair {
  if (Math.max(found.length, wanted.length) > MAX_LENGTH) return alike(found, wanted);
  if (type !== "TXT") {
    const one = (text: string) => (isSetType(type) ? canonicalValue(type, text) : text.trim());
    return compareWords(one(found), one(wanted));
  }
  if (isSpf(found) && isSpf(wanted)) return compareSpf(found, wanted);
  if (isTagList(found) && isTagList(wanted)) return compareTags(found, wanted);
  return compareWords(found, wanted);
}

/**
 * What is to stand at a check's name once its change is made; null when the change is not about values of
 * that name and type, or nobody can say what it is.
 */
export function wantedAfter({
  name,
  type,
  found,
  fix,
}: Pick<CheckResult, "name" | "type" | "found" | "fix">): string[] | null {
  if (fix === null || fix.name !== name || fix.type !== type) return null;
  // RFC 1034 §3.6.2: an alias stands alone.
  if (type === "CNAME") return [...fix.add];
  const stays = found.filter((value) => !fix.remove.includes(value) && !fix.add.includes(value));
  return [...stays, ...fix.add];
}
