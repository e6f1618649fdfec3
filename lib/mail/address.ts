/**
 * Mail addresses as values. Parsing a path from the wire is lib/codec/smtp/path.ts; this is what an
 * address *means*: which part is compared how (RFC 5321 §2.4, RFC 6531 §3.2), and its plus-tag.
 */
import { domainToASCII, domainToUnicode } from "node:url";

/** `local` as given (case kept); `domain` lower-case A-labels, or an address literal "[…]". */
export interface Address {
  readonly local: string;
  readonly domain: string;
}

/** RFC 5321 §4.5.3.1: octets. */
export const MAX_LOCAL_PART = 64;
export const MAX_DOMAIN = 255;

/** The key under which we keep a local part: lower case, NFC. Ours alone to decide (§2.4). */
export function canonicalLocal(local: string): string {
  return local.normalize("NFC").toLowerCase();
}

/** Splits "user+tag" at the first "+"; a leading "+" is part of the name. */
export function splitTag(local: string): { base: string; tag: string | null } {
  const at = local.indexOf("+", 1);
  return at < 0
    ? { base: local, tag: null }
    : { base: local.slice(0, at), tag: local.slice(at + 1) };
}

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/**
 * domainToASCII reads the host of a URL: it ends at "/", "?", "#" and a backslash, passes over tabs and opens
 * "%61". "ours.example?.theirs.example" would be ours here and theirs to whoever shows the address.
 */
const NOT_IN_NAMES = /[^a-z0-9.\u0080-\u{10ffff}-]/iu;

/**
 * A domain name as lower-case A-labels, or null when it is not a host name with at least two labels
 * (RFC 1123 §2.1, RFC 5890). A trailing dot is taken off.
 */
export function toAsciiDomain(name: string): string | null {
  const written = name.trim().replace(/\.$/, "");
  if (NOT_IN_NAMES.test(written)) return null;
  const ascii = domainToASCII(written).toLowerCase();
  const labels = ascii.split(".");
  if (ascii === "" || ascii.length > 253 || labels.length < 2) return null;
  if (!labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1) ?? "")) return null;
  return ascii;
}

/** The U-label form for people. */
export function toUnicodeDomain(ascii: string): string {
  return domainToUnicode(ascii) || ascii;
}

/**
 * Reads "local@domain" as a person types it (no source routes, no quoted strings, no literals).
 * Null when it is not one.
 */
export function parseAddress(text: string): Address | null {
  const at = text.lastIndexOf("@");
  if (at < 1) return null;
  const local = text.slice(0, at).trim();
  const domain = toAsciiDomain(text.slice(at + 1));
  if (domain === null || Buffer.byteLength(local) > MAX_LOCAL_PART || !DOT_STRING.test(local))
    return null;
  return { local, domain };
}

/** RFC 5321 §4.1.2 Dot-string with RFC 6531's UTF-8 atoms. */
const DOT_STRING =
  /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u;

/** "local@domain", quoting the local part when it needs quotes (RFC 5321 §4.1.2). */
export function formatAddress({ local, domain }: Address): string {
  const text = DOT_STRING.test(local) ? local : `"${local.replace(/["\\]/g, "\\$&")}"`;
  return `${text}@${domain}`;
}
