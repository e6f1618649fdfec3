/**
 * Record sets as publishing compares and keeps them: a name, a type, a TTL and values as people paste
 * them (rdata.ts `plainValue`), in one spelling: lower-case names without the final dot, TXT as it is.
 *
 * RFC 2181 §5: records of one name and type are one set with one TTL, replaced as a whole or not at all.
 */
import { isIPv6 } from "node:net";
import { plainValue } from "./rdata.ts";
import type { RecordData } from "./record.ts";

/** Types that we may write. */
export const SET_TYPES = [
  ...(["A", "AAAA", "CNAME", "MX", "TXT", "SRV", "TLSA", "CAA", "PTR"] as const),
] as const;
export type SetType = (typeof SET_TYPES)[number];

export const isSetType = (type: string): type is SetType =>
  (SET_TYPES as readonly string[]).includes(type);

export interface SetValues {
  readonly ttl: number;
  /** At least one, in the order of their spelling. */
  readonly values: readonly string[];
}

/** A set as it is in a zone. */
export interface RecordSet extends SetValues {
  /** Lower case, in full, no dot at the end. */
  readonly name: string;
  readonly type: SetType;
}

/** One set that changes: null is "no such set". */
export interface SetChange {
  readonly name: string;
  readonly type: SetType;
  readonly before: SetValues | null;
  readonly after: SetValues | null;
}

/** What undoes it. */
export function inverse({ before, after, ...rest }: SetChange): SetChange {
  return { ...rest, before: after, after: before };
}

export const setKey = ({ name, type }: Pick<RecordSet, "name" | "type">) => `${name} ${type}`;

/** The same values, whatever their order and TTL. */
export function sameValues(one: SetValues | null, two: SetValues | null): boolean {
  const [a, b] = [one?.values ?? [], two?.values ?? []];
  return a.length === b.length && a.every((value) => b.includes(value));
}

/** The values of `two` that `one` lacks. */
export function missingIn(one: SetValues | null, two: SetValues | null): string[] {
  return (two?.values ?? []).filter((value) => !(one?.values ?? []).includes(value));
}

/** Null when nothing is left. */
export function setValues(ttl: number, values: readonly string[]): SetValues | null {
  return values.length === 0 ? null : { ttl, values: [...new Set(values)].sort() };
}

/** The one spelling of a value. What cannot be read stays as it is: somebody else's business. */
export function canonicalValue(type: SetType, text: string): string {
  if (type === "TXT") return text;
  const words = text.trim().split(/\s+/);
  switch (type) {
    case "A":
      return text.trim();
    case "AAAA":
      return isIPv6(text.trim()) ? shortIpv6(text.trim()) : text.trim();
    case "CNAME":
    case "PTR":
      return bareName(text);
    case "MX":
    case "SRV":
      return [...words.slice(0, -1), bareName(words.at(-1) ?? "")].join(" ");
    case "TLSA":
      return [...words.slice(0, 3), words.slice(3).join("").toLowerCase()].join(" ");
    case "CAA":
      return canonicalCaa(words);
  }
}

export const canonicalData = (data: RecordData): string =>
  canonicalValue(data.type, plainValue(data));

/** RFC 8659 §4.1.1: tags have no case; the value is quoted. */
function canonicalCaa([flags = "0", tag = "", ...rest]: readonly string[]): string {
  const value = rest.join(" ").replace(/^"(.*)"$/, "$1");
  return `${flags} ${tag.toLowerCase()} "${value}"`;
}

/** The root stays ".". */
function bareName(text: string): string {
  const name = text.trim().toLowerCase();
  return name === "." ? name : name.replace(/\.$/, "");
}

/** RFC 5952, as the URL parser writes it. */
function shortIpv6(text: string): string {
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

/** `name` is `apex` or lies below it. */
export function isWithin(name: string, apex: string): boolean {
  return name === apex || name.endsWith(`.${apex}`);
}
