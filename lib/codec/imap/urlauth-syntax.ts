/**
 * GENURLAUTH, RESETKEY, URLFETCH: RFC 4467 §9, and what URLFETCH takes beside a URL: RFC 5524 §5. URLs are
 * read as strings: what is wrong with one is no mistake in the command.
 *
 * Refused: items that nobody knows, an item twice, BODY beside BINARY.
 */
import type { Decoder } from "./decoder.ts";
import { MAX_LIST } from "./limits.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

export interface UrlWithMechanism {
  readonly url: string;
  /** In upper case. */
  readonly mechanism: string;
}

export interface ResetKey {
  readonly mailbox: string;
  readonly mechanisms: readonly string[];
}

export type UrlItem = "BODY" | "BINARY" | "BODYPARTSTRUCTURE";

export interface UrlWithItems {
  readonly url: string;
  /** Empty: the octets alone, as RFC 4467 says them. */
  readonly items: readonly UrlItem[];
  /** Written in parentheses. */
  readonly extended: boolean;
}

/** 1*(SP url-rump SP mechanism) */
export function genUrlAuthArguments(d: Decoder): UrlWithMechanism[] {
  return oneOrMore(d, () => ({ url: d.astring(), mechanism: mechanism(d.sp()) }));
}

/** [SP mailbox *(SP mechanism)]; null: all of them. */
export function resetKeyArguments(d: Decoder): ResetKey | null {
  if (!d.trySp()) return null;
  const mailbox = d.mailbox();
  return { mailbox, mechanisms: d.atEnd ? [] : oneOrMore(d, () => mechanism(d)) };
}

/** 1*(SP url-fetch-arg) */
export function urlFetchArguments(d: Decoder): UrlWithItems[] {
  return oneOrMore(d, () =>
    d.seesList ? withItems(d) : { url: d.astring(), items: [], extended: false },
  );
}

function withItems(d: Decoder): UrlWithItems {
  const url = d.special("(").astring();
  const items: UrlItem[] = [];
  while (!d.trySpecial(")")) {
    const word = d.sp().word();
    const item = ITEMS.find((known) => known === word);
    if (item === undefined) throw new ImapSyntaxError("Unknown URLFETCH item");
    if (items.includes(item)) throw new ImapSyntaxError("An item is asked for twice");
    items.push(item);
  }
  if (items.includes("BODY") && items.includes("BINARY"))
    throw new ImapSyntaxError("Either BODY or BINARY");
  return { url, items, extended: true };
}

const ITEMS: readonly UrlItem[] = ["BODY", "BINARY", "BODYPARTSTRUCTURE"];

function oneOrMore<T>(d: Decoder, item: () => T): T[] {
  const items: T[] = [];
  do {
    if (items.length >= MAX_LIST) throw new ImapSyntaxError("A list is too long");
    d.sp();
    items.push(item());
  } while (!d.atEnd);
  return items;
}

function mechanism(d: Decoder): string {
  const name = d.word();
  if (!/^[A-Z0-9.-]+$/.test(name)) throw new ImapSyntaxError("Bad name of a mechanism");
  return name;
}
