/**
 * Reverse-path and forward-path: RFC 5321 §4.1.2 and §4.1.3, with the UTF-8 of RFC 6531 §3.3.
 *
 * Source routes are read and dropped (§4.1.1.3, appendix C). Quoted local parts come out without
 * their quotes. Domains come out as lower-case A-labels, literals in one spelling.
 * Refused: spaces around the colon, missing brackets, comments, general address literals (no tag but
 * IPv6 is registered), anything over the limits of §4.5.3.1.
 */
import { isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import type { Scanner } from "./syntax.ts";
import { syntax } from "./syntax.ts";

/** Has the shape of `Address` (lib/mail/address.ts). */
export interface Path {
  readonly local: string;
  /** Lower-case A-labels, "[192.0.2.1]" or "[IPv6:2001:db8::1]"; "" for a bare Postmaster. */
  readonly domain: string;
  /** Written with characters that need SMTPUTF8. */
  readonly utf8: boolean;
}

/** §4.5.3.1.1 and §4.5.3.1.2: octets. */
const MAX_LOCAL = 64;
const MAX_DOMAIN = 255;
/** §4.5.3.1.3: octets, brackets counted. */
const MAX_PATH = 256;

const ATOMS =
  /[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*/uy;
const QUOTED = /"(?:[ !#-[\]-~\u0080-\u{10ffff}]|\\[ -~])*"/uy;
const DOMAIN_TEXT = /[A-Za-z0-9.\u0080-\u{10ffff}-]+/uy;
const LITERAL = /\[[0-9A-Za-z:.]+\]/y;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const IPV4 =
  /^(?:25[0-5]|2[0-4]\d|1\d\d|0?\d?\d|00\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|0?\d?\d|00\d)){3}$/;

/** C1 controls are UTF-8 too; nobody's name has one, and terminals obey them. */
const C1 = /[\u0080-\u009f]/;

/** "<>" is null. */
export function reversePath(scanner: Scanner): Path | null {
  if (scanner.skip("<>")) return null;
  return path(scanner);
}

export function forwardPath(scanner: Scanner): Path {
  if (scanner.skip("<Postmaster>")) return { local: "postmaster", domain: "", utf8: false };
  return path(scanner);
}

function path(scanner: Scanner): Path {
  if (!scanner.skip("<"))
    throw syntax("Address must stand in angle brackets right after the colon");
  sourceRoute(scanner);
  const start = scanner.at;
  const mailbox = readMailbox(scanner);
  const octets = Buffer.byteLength(scanner.text.slice(start, scanner.at)) + 2;
  if (!scanner.skip(">")) throw syntax("Malformed address");
  if (octets > MAX_PATH) throw syntax("Address too long");
  return mailbox;
}

/** "@one,@two:" in front of the address. */
function sourceRoute(scanner: Scanner): void {
  if (!scanner.skip("@")) return;
  do readDomain(scanner);
  while (scanner.skip(",@"));
  if (!scanner.skip(":")) throw syntax("Malformed source route");
}

function readMailbox(scanner: Scanner): Path {
  const written = scanner.take(QUOTED) ?? scanner.take(ATOMS);
  if (written === null || !scanner.skip("@")) throw syntax("Malformed address");
  const local = written.startsWith('"') ? written.slice(1, -1).replace(/\\(.)/g, "$1") : written;
  if (Buffer.byteLength(written) > MAX_LOCAL) throw syntax("Local part too long");
  if (C1.test(local)) throw syntax("Malformed address");
  const domain = readDomain(scanner);
  return { local, domain: domain.ascii, utf8: domain.utf8 || !ascii(local) };
}

const ascii = (text: string) => /^[\0-\x7f]*$/.test(text);

function readDomain(scanner: Scanner): { ascii: string; utf8: boolean } {
  const literal = scanner.take(LITERAL);
  if (literal !== null) return { ascii: canonicalLiteral(literal), utf8: false };
  const written = scanner.take(DOMAIN_TEXT);
  const name = written === null ? null : canonicalDomain(written);
  if (written === null || name === null) throw syntax("Malformed domain name");
  return { ascii: name, utf8: !ascii(written) };
}

/** Lower-case A-labels of a domain name of one label or more; null when it is none. */
export function canonicalDomain(written: string): string | null {
  // domainToASCII reads "1.2.3" as an IPv4 address: it sees only what needs it.
  const name = (ascii(written) ? written : domainToASCII(written)).toLowerCase();
  if (name.length > MAX_DOMAIN || Buffer.byteLength(written) > MAX_DOMAIN) return null;
  return name.split(".").every((label) => LABEL.test(label)) ? name : null;
}

/** §4.1.3. Throws for what is neither IPv4 nor IPv6. */
export function canonicalLiteral(literal: string): string {
  const inside = literal.slice(1, -1);
  if (IPV4.test(inside)) return `[${inside.split(".").map(Number).join(".")}]`;
  const six = /^IPv6:(.+)$/i.exec(inside)?.[1];
  if (six !== undefined && isIPv6(six)) return `[IPv6:${six.toLowerCase()}]`;
  throw syntax("Malformed address literal");
}
