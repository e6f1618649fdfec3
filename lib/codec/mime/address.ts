/**
 * Address lists of header fields: RFC 5322 §3.4 with groups, comments and quoted strings, the old
 * forms of §4.4 (routes, spaces around dots, empty list members), and UTF-8 (RFC 6532).
 *
 * Reading never fails: what is no address becomes one with an empty host, since a reader wants to
 * see what was there. Encoded words are kept as they are (encoded-word.ts). The list comes in the
 * order and form of ENVELOPE (RFC 9051 §7.5.2).
 *
 * Not here: addresses of the SMTP envelope, which are strict (lib/codec/smtp/path.ts).
 */
import { encodePhrase } from "./encoded-word.ts";
import type { EnvelopeAddress } from "./structure.ts";

/** A mailing to thousands in To: is real; a million addresses in one field is an attack. */
const MAX_ADDRESSES = 2_000;
/** Twelve for each of those. A field of nothing but "@" would hold up the others. */
const MAX_TOKENS = 24_000;

export interface AddressList {
  readonly addresses: readonly EnvelopeAddress[];
  readonly truncated: boolean;
}

type Kind = "atom" | "quoted" | "literal" | "comment" | "special";

interface Token {
  readonly kind: Kind;
  readonly text: string;
}

const ENCODED_WORD = /=\?[^?\s]{1,64}\?[bq]\?[^?\r\n]*\?=/iy;
const ATOM = /[^\s()<>[\]:;@\\,"]+/y;
const SPACE = /\s+/y;

/** Reads the text of an address field, unfolded. */
export function parseAddressList(text: string, limit: number = MAX_ADDRESSES): AddressList {
  const reader = new ListReader(new Tokens(text), limit);
  return reader.read();
}

/** The mailboxes of a list, groups opened; `address` is "local@domain", quoted where it must be. */
export function mailboxesOf(
  addresses: readonly EnvelopeAddress[],
): { name: string | null; address: string }[] {
  return addresses.flatMap(({ name, mailbox, host }) =>
    mailbox && host ? [{ name, address: `${quoteLocal(mailbox)}@${host}` }] : [],
  );
}

/** So that the last "@" is the one between the parts, whatever a sender has put into quotes. */
function quoteLocal(local: string): string {
  return /^[^\s()<>[\]:;@\\,"]+$/.test(local) ? local : `"${local.replace(/["\\]/g, "\\$&")}"`;
}

/** One mailbox as a header wants it: `"Doe, Jane" <jane@example.com>`. */
export function formatMailbox(name: string | null, address: string): string {
  return name === null || name === "" ? address : `${encodePhrase(name)} <${address}>`;
}

/** Cuts text into RFC 5322 §3.2 tokens; what never ends (a lone quote) is a character like others. */
class Tokens {
  readonly #text: string;
  #at = 0;
  #count = 0;
  /** Set once no closing character lies ahead, so that looking for it again costs nothing. */
  readonly #unclosed = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Some were left unread: there are too many. */
  get cut(): boolean {
    return this.#count > MAX_TOKENS;
  }

  next(): Token | null {
    this.#match(SPACE);
    const char = this.#text[this.#at];
    if (char === undefined || ++this.#count > MAX_TOKENS) return null;
    const enclosed = this.#enclosed(char);
    if (enclosed !== null) return enclosed;
    const atom = this.#match(ENCODED_WORD) ?? this.#match(ATOM);
    if (atom !== null) return { kind: "atom", text: atom };
    this.#at++;
    return { kind: "<>:;@,".includes(char) ? "special" : "atom", text: char };
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at = pattern.lastIndex;
    return found[0];
  }

  #enclosed(open: string): Token | null {
    if (open === '"') return this.#until('"', "quoted");
    if (open === "(") return this.#until(")", "comment");
    if (open === "[") return this.#until("]", "literal");
    return null;
  }

  /** Text up to the closing character, quoted pairs taken off; comments nest. */
  #until(close: string, kind: Kind): Token | null {
    if (this.#unclosed.has(close)) return null;
    let depth = 0;
    let text = "";
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const char = this.#text.charAt(at);
      if (char === close && depth === 0) {
        this.#at = at + 1;
        return { kind, text: kind === "literal" ? `[${text}]` : text };
      }
      if (kind === "comment" && char === "(") depth++;
      if (kind === "comment" && char === ")") depth--;
      text += char === "\\" ? this.#text.charAt(++at) : char;
    }
    this.#unclosed.add(close);
    return null;
  }
}

/** address-list = mailboxes and groups between commas (§3.4). */
class ListReader {
  readonly #tokens: Tokens;
  readonly #limit: number;
  readonly #found: EnvelopeAddress[] = [];
  #words: Token[] = [];
  #inGroup = false;
  /** What stands between ">" and the next comma belongs to nobody: comments, mostly. */
  #afterAngle = false;

  constructor(tokens: Tokens, limit: number) {
    this.#tokens = tokens;
    this.#limit = limit;
  }

  read(): AddressList {
    let token = this.#tokens.next();
    for (; token !== null && this.#found.length < this.#limit; token = this.#tokens.next()) {
      const closes = token.kind === "special" && ",;<".includes(token.text);
      if (closes) this.#afterAngle = false;
      if (this.#afterAngle) continue;
      if (token.kind === "special") this.#special(token.text);
      else this.#words.push(token);
    }
    if (token === null) this.#endMailbox();
    if (this.#inGroup) this.#endGroup();
    return { addresses: this.#found, truncated: token !== null || this.#tokens.cut };
  }

  #special(char: string): void {
    if (char === ",") this.#endMailbox();
    else if (char === "<") this.#angle();
    else if (char === ":" && !this.#inGroup && !this.#hasAt()) this.#startGroup();
    else if (char === ";") {
      this.#endMailbox();
      if (this.#inGroup) this.#endGroup();
    } else this.#words.push({ kind: "special", text: char });
  }

  #hasAt(): boolean {
    return this.#words.some(isAt);
  }

  #startGroup(): void {
    this.#add({ mailbox: phrase(this.#words) ?? "", host: null });
    this.#inGroup = true;
  }

  #endGroup(): void {
    this.#add({ mailbox: null, host: null });
    this.#inGroup = false;
  }

  /** A mailbox without angle brackets: a comment after it is its name, as in old mail. */
  #endMailbox(): void {
    const words = this.#words.filter(({ kind }) => kind !== "comment");
    const comment = this.#words.findLast(({ kind }) => kind === "comment")?.text.trim();
    if (words.length > 0) this.#add({ name: comment || null, ...addrSpec(words) });
    this.#words = [];
  }

  /** name "<" [route ":"] addr-spec ">" */
  #angle(): void {
    const name = phrase(this.#words);
    let inside: Token[] = [];
    let route: string | null = null;
    for (let token = this.#tokens.next(); token !== null; token = this.#tokens.next()) {
      if (token.text === ">" && token.kind === "special") break;
      if (token.text === ":" && token.kind === "special" && inside[0]?.text === "@") {
        route = inside.map(({ text }) => text).join("");
        inside = [];
      } else if (token.kind !== "comment") inside.push(token);
    }
    this.#add({ name, route, ...addrSpec(inside) });
    this.#words = [];
    this.#afterAngle = true;
  }

  #add(address: Partial<EnvelopeAddress>): void {
    this.#found.push({ name: null, route: null, mailbox: null, host: null, ...address });
    this.#words = [];
  }
}

function isAt({ kind, text }: Token): boolean {
  return kind === "special" && text === "@";
}

/** Splits at the last "@"; without one the words are all there is to show. */
function addrSpec(words: readonly Token[]): { mailbox: string; host: string } {
  const at = words.findLastIndex(isAt);
  const text = (tokens: readonly Token[], glue: string) => tokens.map((t) => t.text).join(glue);
  if (at < 0) return { mailbox: text(words, " "), host: "" };
  return { mailbox: text(words.slice(0, at), ""), host: text(words.slice(at + 1), "") };
}

/** A display name: words with one space between, quotes taken off; null when there is none. */
function phrase(words: readonly Token[]): string | null {
  const text = words
    .filter(({ kind }) => kind !== "comment")
    .map((word) => word.text)
    .join(" ");
  return text === "" ? null : text;
}
