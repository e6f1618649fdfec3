/**
 * Tag lists compared tag by tag, whatever their order: DKIM keys (RFC 6376 §3.6.1), DMARC (RFC 9989 §4.7),
 * MTA-STS (RFC 8461 §3.1), TLS reports (RFC 8460 §3). Lists of addresses are compared address by address,
 * long values by where they part, so that a key that was cut off shows what is missing.
 */
import { whole, type Compared, type Mark, type Part } from "./difference-words.ts";

interface Tag {
  readonly text: string;
  /** What it is found by on the other side. */
  readonly key: string;
  readonly name: string;
  readonly value: string;
  /** ";" and the space behind it. */
  readonly end: string;
}

export const isTagList = (text: string): boolean => /^\s*["\w]+\s*=/.test(text);

export function compareTags(found: string, wanted: string): Compared {
  const rules = rulesFor(wanted);
  const [left, right] = [tagsOf(found, rules), tagsOf(wanted, rules)];
  const [ours, theirs] = [byKey(right), byKey(left)];
  return {
    found: left.flatMap((tag) => oneSide(tag, ours.get(tag.key), { mark: "removed", rules })),
    wanted: right.flatMap((tag) => oneSide(tag, theirs.get(tag.key), { mark: "added", rules })),
  };
}

interface Rules {
  /** Names have no case: RFC 9989 §4.7. */
  readonly anyCase: boolean;
  /** Tags that say something; null: all of them. Others are passed over, as the check does. */
  readonly counting: readonly string[] | null;
  /** "name=value" that is meant where the tag is absent. */
  readonly meant: readonly string[];
}

const DKIM: Rules = {
  anyCase: false,
  counting: ["v", "k", "p", "h", "s", "t"],
  meant: ["v=DKIM1", "k=rsa", "s=*"],
};
const OTHERS: Rules = { anyCase: false, counting: null, meant: [] };
const DMARC: Rules = { ...OTHERS, anyCase: true };

function rulesFor(wanted: string): Rules {
  if (/^\s*v\s*=\s*DKIM1\b/.test(wanted)) return DKIM;
  return /^\s*v\s*=\s*DMARC1\b/i.test(wanted) ? DMARC : OTHERS;
}

function tagsOf(text: string, { anyCase }: Rules): Tag[] {
  const seen = new Map<string, number>();
  const parts = text.trim().match(/[^;]*;\s*|[^;]+$/g) ?? [];
  return parts.map((part, at) => {
    const [, body = "", end = ""] = /^([^;]*?)\s*(;?\s*)$/.exec(part) ?? [];
    const cut = body.indexOf("=");
    const written = body.slice(0, Math.max(cut, 0)).trim();
    const name = anyCase ? written.toLowerCase() : written;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    // The version stands first, or the list is none of its kind; a second of a name counts for nothing.
    const place = name === "v" && at > 0 ? " (not first)" : times > 1 ? ` (${times})` : "";
    return { text: body, key: name + place, name, value: body.slice(cut + 1).trim(), end };
  });
}

const byKey = (tags: readonly Tag[]) => new Map(tags.map((tag) => [tag.key, tag]));

interface Side {
  readonly mark: Exclude<Mark, "same">;
  readonly rules: Rules;
}

/** One tag of one side, beside that of the other. */
function oneSide(tag: Tag, other: Tag | undefined, { mark, rules }: Side): Part[] {
  const { text, name, value, end } = tag;
  const same = whole("same", text + end);
  if (other === undefined) {
    const isIdle = text === "" || !(rules.counting?.includes(name) ?? true);
    const isMeant = rules.meant.includes(`${name}=${value}`);
    return isIdle || isMeant ? same : whole(mark, text + end);
  }
  if (meaning(tag, rules) === meaning(other, rules)) return same;
  if (isAddressList(name)) return addresses(tag, other, mark);
  return parted(tag, other, mark) ?? whole(mark, text + end);
}

/** What a value is compared by. */
function meaning({ name, value }: Tag, rules: Rules): string {
  // Base64 has no spaces of its own, and its padding is no part of the key.
  if (rules === DKIM && name === "p") return value.replace(/\s+/g, "").replace(/=+$/, "");
  if (isAddressList(name)) return items(value).map(addressKey).sort().join();
  const plain = value.replace(/\s+/g, " ");
  return rules === DMARC && name !== "v" ? plain.toLowerCase() : plain;
}

const isAddressList = (name: string) => /^ru[af]$/i.test(name);
const items = (value: string) => value.split(",").map((item) => item.trim());
const addressKey = (item: string) => item.toLowerCase();

function addresses({ text, value, end }: Tag, other: Tag, mark: Mark): Part[] {
  const known = new Set(items(other.value).map(addressKey));
  const all = items(value);
  return [
    { mark: "same", text: text.slice(0, text.indexOf("=") + 1) },
    ...all.map((item, at): Part => {
      const after = at === all.length - 1 ? end : ",";
      return { mark: known.has(addressKey(item)) ? "same" : mark, text: item + after };
    }),
  ];
}

/** A value shorter than this is read as one; less in common than this is chance. */
const LONG = 40;
const COMMON = 16;

/** Long values that begin alike: the beginning stays, the rest is marked. */
function parted({ text, value, end }: Tag, other: Tag, mark: Mark): Part[] | null {
  if (Math.max(value.length, other.value.length) < LONG) return null;
  let common = 0;
  while (common < value.length && value[common] === other.value[common]) common++;
  if (common < COMMON) return null;
  const head = text.slice(0, text.length - value.length + common);
  const tail = text.slice(head.length) + end;
  const rest: Part[] = tail.trim() === "" ? [] : [{ mark, text: tail }];
  return [{ mark: "same", text: head }, ...rest];
}
