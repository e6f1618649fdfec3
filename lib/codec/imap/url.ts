/**
 * IMAP URLs of messages and their parts: RFC 5092 §9 `imapurl`, `imapurl-rel`, with URLAUTH (§6.1) and
 * PARTIAL. Relative ones are resolved as RFC 3986 §5.2 says.
 *
 * Null for everything else: URLs of servers, mailboxes and searches (no command of ours takes them),
 * characters that had to be encoded, names that are not UTF-8, parameters in another order.
 */
import { decodeUtf8 } from "./charsets.ts";
import { Decoder } from "./decoder.ts";
import { sectionSpec } from "./fetch-syntax.ts";
import { MAX_NUMBER, MAX_NUMBER64 } from "./limits.ts";
import type { Section } from "./types.ts";

export interface ImapUrl {
  /** Null: this server, and who has signed in. */
  readonly server: UrlServer | null;
  /** UTF-8, as its user calls it. */
  readonly mailbox: string;
  readonly uidValidity: number | null;
  readonly uid: number;
  readonly section: Section;
  /** Octets of the section; without a length all that follow. */
  readonly partial: { readonly offset: number; readonly length: number | null } | null;
  readonly auth: UrlAuth | null;
}

export interface UrlServer {
  readonly user: string | null;
  /** Lower case. */
  readonly host: string;
}

/** RFC 5092 §6.1. */
export interface UrlAuth {
  readonly expire: Date | null;
  readonly access: UrlAccess;
  /** Null: a rump that is still to be authorised. */
  readonly token: UrlToken | null;
}

export interface UrlToken {
  /** What it authorises: the URL up to the token's colon, as it was written. */
  readonly rump: string;
  /** In upper case. */
  readonly mechanism: string;
  /** Hexadecimal. */
  readonly value: string;
}

/** Who may use it. */
export type UrlAccess =
  | { readonly kind: "user" | "submit"; readonly user: string }
  | { readonly kind: "authuser" | "anonymous" };

/** Octets: longer ones are none that a client has made of a name and a section. */
const MAX_URL = 8 * 1024;

const UCHAR = "[A-Za-z0-9._~!$'()*+,-]|%[0-9A-Fa-f]{2}";
const ACHAR = `(?:${UCHAR}|[&=])`;
const BCHAR = `(?:${UCHAR}|[&=:@/])`;

const SERVER = new RegExp(
  `^(?:imap:)?//(?:(?<user>${ACHAR}+)?(?:;AUTH=(?:\\*|${ACHAR}+))?@)?` +
    `(?<host>[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+\\])(?::\\d{1,5})?(?=/)`,
  "i",
);
const MESSAGE = new RegExp(
  `^/(?<mailbox>${BCHAR}+)(?:;UIDVALIDITY=(?<validity>\\d{1,10}))?/;UID=(?<uid>\\d{1,10})` +
    `(?:/;SECTION=(?<section>${BCHAR}+))?(?:/;PARTIAL=(?<offset>\\d{1,16})(?:\\.(?<length>\\d{1,16}))?)?` +
    `(?:(?:;EXPIRE=(?<expire>[^;]+))?;URLAUTH=(?<auth>[^;]+))?$`,
  "i",
);
const AUTH = new RegExp(
  `^(?<access>authuser|anonymous|(?:user|submit)\\+${ACHAR}+)` +
    `(?::(?<mechanism>[A-Za-z0-9.-]+):(?<token>[0-9A-Fa-f]{32,}))?$`,
  "i",
);
/** RFC 3339 §5.6 date-time. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/** `base`: the mailbox that relative URLs start from; without one they start at the root. */
export function parseImapUrl(text: string, base: string | null = null): ImapUrl | null {
  if (text.length > MAX_URL) return null;
  try {
    const { server, path } = split(text, base);
    return messageUrl(text, server, path);
  } catch (error) {
    if (error instanceof NoUrl) return null;
    throw error;
  }
}

class NoUrl extends Error {}

function split(text: string, base: string | null): { server: UrlServer | null; path: string } {
  const found = SERVER.exec(text);
  if (found !== null) {
    const { user, host = "" } = found.groups ?? {};
    const server = { user: user === undefined ? null : decoded(user), host: host.toLowerCase() };
    return { server, path: withoutDots(text.slice(found[0].length)) };
  }
  if (text.startsWith("/")) return { server: null, path: withoutDots(text) };
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) throw new NoUrl(); // another scheme
  return { server: null, path: withoutDots(parentOf(base ?? "") + text) };
}

/** "a/b" → "/a/": the last segment of the base goes, and it is the mailbox (RFC 3986 §5.2.3). */
function parentOf(mailbox: string): string {
  const above = mailbox.split("/").slice(0, -1).map(encodeURIComponent);
  return above.length === 0 ? "/" : `/${above.join("/")}/`;
}

/** RFC 3986 §5.2.4. */
function withoutDots(path: string): string {
  if (!/\/\.\.?(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  for (const segment of path.split("/").slice(1)) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}`;
}

function messageUrl(text: string, server: UrlServer | null, path: string): ImapUrl | null {
  const groups = MESSAGE.exec(path)?.groups;
  if (groups === undefined) return null;
  const { mailbox = "", validity, uid, section, offset, length, expire, auth } = groups;
  return {
    server,
    mailbox: decoded(mailbox),
    uidValidity: validity === undefined ? null : nonZero(validity),
    uid: nonZero(uid),
    section: section === undefined ? WHOLE : sectionOf(decoded(section)),
    partial:
      offset === undefined
        ? null
        : { offset: bounded(offset), length: length === undefined ? null : nonZero64(length) },
    auth: auth === undefined ? null : authOf(text, { expire, auth }),
  };
}

const WHOLE: Section = { part: [], text: null, fields: [] };

function authOf(
  text: string,
  { expire, auth }: { expire: string | undefined; auth: string },
): UrlAuth {
  const { access, mechanism, token } = AUTH.exec(auth)?.groups ?? {};
  if (access === undefined) throw new NoUrl();
  const url = { expire: expire === undefined ? null : dateOf(expire), access: accessOf(access) };
  if (mechanism === undefined || token === undefined) return { ...url, token: null };
  const rump = text.slice(0, text.length - mechanism.length - token.length - 2);
  return { ...url, token: { rump, mechanism: mechanism.toUpperCase(), value: token } };
}

function accessOf(text: string): UrlAccess {
  const plus = text.indexOf("+");
  if (plus < 0) return { kind: text.toLowerCase() === "authuser" ? "authuser" : "anonymous" };
  const kind = text.slice(0, plus).toLowerCase() === "user" ? "user" : "submit";
  return { kind, user: decoded(text.slice(plus + 1)) };
}

function dateOf(text: string): Date {
  const date = new Date(DATE_TIME.test(text) ? text.toUpperCase() : NaN);
  if (Number.isNaN(date.getTime())) throw new NoUrl();
  return date;
}

/** section-spec as in FETCH (RFC 9051 §6.4.5). */
function sectionOf(text: string): Section {
  const d = new Decoder({ lines: [Buffer.from(text)], literals: [] });
  try {
    const section = sectionSpec(d);
    d.end();
    return section;
  } catch {
    throw new NoUrl(); // also for a field's name that would be a literal
  }
}

/** Percent-encoded UTF-8 without controls. */
function decoded(text: string): string {
  const bytes = Buffer.from(
    text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    "latin1",
  );
  try {
    const value = decodeUtf8(bytes).normalize("NFC");
    if (!CONTROL.test(value)) return value;
  } catch {
    // not UTF-8
  }
  throw new NoUrl();
}

const CONTROL = /\p{Cc}/u;

function bounded(digits: string, max = MAX_NUMBER64): number {
  const value = Number(digits);
  if (value > max) throw new NoUrl();
  return value;
}

function nonZero(digits = "0", max = MAX_NUMBER): number {
  const value = bounded(digits, max);
  if (value === 0) throw new NoUrl();
  return value;
}

function nonZero64(digits: string): number {
  return nonZero(digits, MAX_NUMBER64);
}

/** A text as it may stand in BADURL: printable, without "]" (RFC 4469 §5 `url-resp-text`). */
export function urlRespText(url: string): string {
  const clean = Buffer.from(url)
    .toString("latin1")
    .replace(/[^\x20-\x5c\x5e-\x7e]/g, (char) => `%${hexOf(char)}`);
  return clean.slice(0, MAX_SHOWN) || "%20";
}

const MAX_SHOWN = 1000;

function hexOf(char: string): string {
  return char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
}
