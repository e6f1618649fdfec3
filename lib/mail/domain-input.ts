/**
 * Which domain a person means by what they typed or pasted: a name, a URL, an address, or a list of these, with
 * spaces, a trailing dot or "www." in front, in any script. Names come out as lower-case A-labels.
 *
 * A URL is about a web site: its registrable name is meant (public suffix list, tldts), and the host itself offered
 * beside it. A name or an address says what it says: sub-domains are good mail domains; the name above is offered.
 *
 * Refused: names under which everybody registers ("co.uk"), and those that never are in the DNS of the Internet:
 * RFC 6761 §6.3 and §6.4, RFC 6762 §3, RFC 7686 §2, RFC 9476 §3. Names for labs and documentation (RFC 6761 §6.2,
 * §6.5, RFC 8375) are taken, with a word about it: whoever runs a lab has them on purpose.
 */
import { isIP } from "node:net";
import { parse } from "tldts";
import { toAsciiDomain } from "./address.ts";
import { isWithin } from "./dns/record-sets.ts";

export type InputProblem =
  | "invalid"
  | "ip" // an address of a machine
  | "tooLong" // RFC 1035 §2.3.4
  | "suffix"
  | "reserved";

export type InputNote =
  | "lab" // seen nowhere but in a network of one's own
  | "privateSuffix"; // others register names below it (github.io): its owner may have mail there

export interface Understood {
  readonly name: string;
  /** What else could have been meant. */
  readonly alternative: string | null;
  readonly notes: readonly InputNote[];
}

export type Understanding = Understood | { readonly problem: InputProblem };

const MAX_NAME = 253;
const MAX_LABEL = 63;

/** Of one name, URL or address. */
export function understandDomain(text: string): Understanding {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim());
  const bare = bareName(text);
  if (isIP(bare.replace(/^\[|\]$/g, "")) !== 0) return { problem: "ip" };
  const typed = toAsciiDomain(bare);
  if (typed === null) return { problem: whyNone(bare) };
  const host = withoutWww(typed);
  if (isNeverPublic(host)) return { problem: "reserved" };
  if (isOpenSuffix(host)) return { problem: "suffix" };
  const above = registrable(host);
  const [name, alternative] = isUrl ? [above, host] : [host, above];
  return { name, alternative: alternative === name ? null : alternative, notes: notesOf(name) };
}

function bareName(text: string): string {
  return text
    .trim()
    .replace(/^<|>$/g, "")
    .replace(/^([a-z][a-z0-9+.-]*:\/\/|mailto:)/i, "")
    .replace(/[/?#].*$/s, "")
    .replace(/^.*@/, "")
    .replace(/^([^:[\]]+):\d+$/, "$1") // a port, and not the end of an IPv6 address
    .replace(/[。．｡]/g, ".") // IDNA's other dots (RFC 3490 §3.1): typed with a Chinese keyboard
    .replace(/\.$/, "");
}

/** Nobody hosts mail at "www": the name in front of it is meant, when one is left. */
function withoutWww(name: string): string {
  const rest = name.replace(/^www\./, "");
  return rest.includes(".") ? rest : name;
}

function whyNone(bare: string): InputProblem {
  const name = bare.toLowerCase();
  if (name.length > MAX_NAME || name.split(".").some(({ length }) => length > MAX_LABEL))
    return "tooLong";
  if (!/^[\p{L}\p{N}-]+$/u.test(name)) return "invalid";
  if (isNeverPublic(name)) return "reserved";
  return isOpenSuffix(name) ? "suffix" : "invalid";
}

const NEVER_PUBLIC: readonly string[] = ["localhost", "invalid", "local", "onion", "alt"];
const isNeverPublic = (name: string) =>
  NEVER_PUBLIC.includes(name.slice(name.lastIndexOf(".") + 1)) || isInfrastructure(name);

/** RFC 3172: no mail domains, but for the home network that a lab may stand in. */
const isInfrastructure = (name: string) => isWithin(name, "arpa") && !isWithin(name, "home.arpa");

const lookUp = (name: string, allowPrivateDomains: boolean) =>
  parse(name, { allowPrivateDomains, extractHostname: false, validateHostname: false });

/** Of the list's first part: registries, where everybody registers. A single label that no registry has is no name. */
function isOpenSuffix(name: string): boolean {
  const { publicSuffix, isIcann } = lookUp(name, false);
  return isIcann === true && publicSuffix === name;
}

/** The name that somebody registered: with a host of many (github.io) the one below it. */
function registrable(name: string): string {
  return lookUp(name, true).domain ?? name;
}

/** RFC 6761 §6.2, §6.5, RFC 8375, and "internal", which ICANN reserved for private networks in 2024. */
const LABS: readonly string[] = ["test", "example", "internal", "home.arpa"];
const DOCUMENTATION: readonly string[] = ["example.com", "example.net", "example.org"];

function notesOf(name: string): InputNote[] {
  const isLab = [...LABS, ...DOCUMENTATION].some((of) => isWithin(name, of));
  const { publicSuffix, isPrivate } = lookUp(name, true);
  const isShared = isPrivate === true && publicSuffix === name;
  return [...(isLab ? (["lab"] as const) : []), ...(isShared ? (["privateSuffix"] as const) : [])];
}

/** More than this and it is no list of domains that a person looks over. */
export const MAX_LISTED = 2_000;

/**
 * The entries of a pasted list: by lines, commas, semicolons and spaces; lines that begin with "#" are left out.
 * Of "Mei <mei@example.com>" the address counts.
 */
export function splitDomainInput(text: string): string[] {
  return text
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => line.split(/[,;，；、]+/))
    .flatMap((piece) => /<([^<>\s]*@[^<>\s]*)>/.exec(piece)?.[1] ?? piece.split(/\s+/))
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
