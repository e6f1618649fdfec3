/**
 * Reading an SPF record: RFC 7208 §4.6.1 and §12. Terms in the order in which they stand; one that does not
 * follow the grammar makes the whole record an error (§4.6), and is named. Unknown modifiers are passed over.
 */
import { isIPv4, isIPv6 } from "node:net";

export type Qualifier = "+" | "-" | "~" | "?";

interface Term {
  /** As written. */
  readonly text: string;
}
interface Mechanism extends Term {
  readonly qualifier: Qualifier;
}

export interface AllTerm extends Mechanism {
  readonly kind: "all";
}
/** Mechanisms that ask DNS; `domain` is a domain-spec with macros, null where the record's own is meant. */
export interface LookupTerm extends Mechanism {
  readonly kind: "include" | "exists" | "ptr" | "a" | "mx";
  readonly domain: string | null;
  readonly bits4: number;
  readonly bits6: number;
}
export interface AddressTerm extends Mechanism {
  readonly kind: "ip4" | "ip6";
  readonly address: string;
  readonly bits: number;
}
export interface RedirectTerm extends Term {
  readonly kind: "redirect";
  readonly domain: string;
}
export interface ExplanationTerm extends Term {
  readonly kind: "exp";
  readonly domain: string;
}

export type MechanismTerm = AllTerm | LookupTerm | AddressTerm;
export type SpfTerm = MechanismTerm | RedirectTerm | ExplanationTerm;

export type ParsedSpf =
  | { readonly terms: readonly SpfTerm[]; readonly problem: null }
  /** `problem` is the term that is wrong. */
  | { readonly terms: null; readonly problem: string };

/** §4.5: the version ends with a space or the record does. */
export const isSpfRecord = (text: string) => /^v=spf1(?: |$)/i.test(text);

export function parseSpf(text: string): ParsedSpf {
  const words = text.split(" ").slice(1);
  const terms: SpfTerm[] = [];
  for (const word of words) {
    if (word === "") continue;
    const term = parseTerm(word);
    if (term === "unknown modifier") continue;
    const isTwice =
      (term?.kind === "redirect" || term?.kind === "exp") &&
      terms.some(({ kind }) => kind === term.kind); // §6: at most once
    if (term === null || isTwice) return { terms: null, problem: word };
    terms.push(term);
  }
  return { terms, problem: null };
}

function parseTerm(text: string): SpfTerm | "unknown modifier" | null {
  const modifier = /^([a-z][a-z0-9._-]*)=(.*)$/is.exec(text);
  if (modifier) return parseModifier(text, modifier[1] ?? "", modifier[2] ?? "");
  // A "/" belongs to the name unless only digits follow: "a:foo/bar.example/24".
  const match = /^([+?~-]?)([a-z0-9]+)(?::(.*?))?((?:\/\d*)?(?:\/\/\d*)?)$/i.exec(text);
  if (!match) return null;
  const [, sign = "", name = "", value, cidr = ""] = match;
  if (value === "") return null;
  const qualifier = qualifierOf(sign);
  const given = { text, qualifier, value: value ?? null, cidr };
  switch (name.toLowerCase()) {
    case "all":
      return value === undefined && cidr === "" ? { kind: "all", text, qualifier } : null;
    case "include":
      return lookup("include", given, { needsDomain: true, takesCidr: false });
    case "exists":
      return lookup("exists", given, { needsDomain: true, takesCidr: false });
    case "ptr":
      return lookup("ptr", given, { needsDomain: false, takesCidr: false });
    case "a":
      return lookup("a", given, { needsDomain: false, takesCidr: true });
    case "mx":
      return lookup("mx", given, { needsDomain: false, takesCidr: true });
    case "ip4":
      return network("ip4", given);
    case "ip6":
      return network("ip6", given);
    default:
      return null;
  }
}

function qualifierOf(sign: string): Qualifier {
  return sign === "-" || sign === "~" || sign === "?" ? sign : "+";
}

function parseModifier(
  text: string,
  name: string,
  value: string,
): RedirectTerm | ExplanationTerm | "unknown modifier" | null {
  const kind = name.toLowerCase();
  if (kind !== "redirect" && kind !== "exp")
    return MACRO_STRING.test(value) ? "unknown modifier" : null;
  return isDomainSpec(value) ? { kind, text, domain: value } : null;
}

interface Given {
  readonly text: string;
  readonly qualifier: Qualifier;
  readonly value: string | null;
  readonly cidr: string;
}

function lookup(
  kind: LookupTerm["kind"],
  { text, qualifier, value, cidr }: Given,
  rule: { readonly needsDomain: boolean; readonly takesCidr: boolean },
): LookupTerm | null {
  if (value === null && rule.needsDomain) return null;
  if (value !== null && !isDomainSpec(value)) return null;
  if (!rule.takesCidr && cidr !== "") return null;
  const dual = /^(?:\/(\d{1,2}))?(?:\/\/(\d{1,3}))?$/.exec(cidr);
  if (!dual) return null;
  const [bits4, bits6] = [prefix(dual[1], 32), prefix(dual[2], 128)];
  if (bits4 === null || bits6 === null) return null;
  return { kind, text, qualifier, domain: value, bits4, bits6 };
}

function network(kind: "ip4" | "ip6", { text, qualifier, value, cidr }: Given): AddressTerm | null {
  const isRight = kind === "ip4" ? isIPv4(value ?? "") : isIPv6(value ?? "");
  const bits = prefix(/^\/(\d{1,3})$/.exec(cidr)?.[1], kind === "ip4" ? 32 : 128);
  if (value === null || !isRight || bits === null) return null;
  if (cidr !== "" && !/^\/\d{1,3}$/.test(cidr)) return null;
  return { kind, text, qualifier, address: value, bits };
}

/** Null: no such prefix length; absent: the whole address. §12 knows no leading zeros. */
function prefix(digits: string | undefined, most: number): number | null {
  if (digits === undefined) return most;
  if (!/^(?:0|[1-9]\d*)$/.test(digits)) return null;
  return Number(digits) <= most ? Number(digits) : null;
}

/** §7.1; digits are never zero (§7.3). c, r and t have a meaning in explanations only (§7.2). */
const macro = (letters: string) =>
  String.raw`%\{[${letters}](?:0*[1-9]\d*)?r?[.+,\/_=-]*\}|%%|%_|%-`;
const macroString = (letters: string) =>
  new RegExp(String.raw`^(?:${macro(letters)}|[\x21-\x24\x26-\x7e])*$`, "i");
const LETTERS = "slodiphv";
const MACRO_STRING = macroString(`${LETTERS}crt`);
const DOMAIN_SPEC = macroString(LETTERS);
/** §7.1: ends with a macro, or with a dot and a label that is not all digits. */
const DOMAIN_END = new RegExp(
  String.raw`(?:${macro(LETTERS)}|\.(?=[a-z0-9-]*[a-z-])[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.?)$`,
  "i",
);

function isDomainSpec(text: string): boolean {
  return DOMAIN_SPEC.test(text) && DOMAIN_END.test(text);
}
