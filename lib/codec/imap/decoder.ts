/**
 * The lexical grammar of commands: RFC 9051 §9, with RFC 3501's numbers and strings.
 *
 * Methods are named after the ABNF. `sp()`, `atom()` … expect: they throw ImapSyntaxError.
 * `trySp()`, `tryAtom()` … answer whether it was there and else move nothing. Keywords are matched
 * in any case; nothing else is repaired: one space where the grammar says SP, no trailing blanks,
 * no NUL, no 8-bit octet between quotes unless UTF-8 was enabled (RFC 9051 §5.1, RFC 6855 §3).
 *
 * A literal that is announced and not yet read throws LiteralNeeded: the caller decides whether to
 * accept it, adds it, and parses anew. Meaning stands elsewhere: fetch-syntax.ts, search-syntax.ts …
 */
import {
  ASTRING_CHAR,
  ATOM_CHAR,
  BASE64_CHAR,
  DIGIT,
  LIST_CHAR,
  NAME_CHAR,
  SET_CHAR,
  TAG_CHAR,
} from "./chars.ts";
import type { CharClass } from "./chars.ts";
import { decodeUtf8 } from "./charsets.ts";
import { announcedLiteral } from "./command-text.ts";
import type { CommandText } from "./command-text.ts";
import { MAX_LIST, MAX_NESTING, MAX_NUMBER, MAX_NUMBER64 } from "./limits.ts";
import { parseNumSet } from "./numset.ts";
import type { NumSet } from "./numset.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import type { LiteralSpec } from "./types.ts";
import { decodeUtf7 } from "./utf7.ts";

/** Parsing stands before a literal that has not been read. */
export class LiteralNeeded extends Error {
  readonly literal: LiteralSpec;
  constructor(literal: LiteralSpec) {
    super("A literal is needed");
    this.literal = literal;
  }
}

/** A mailbox name in our spelling, which is NFC. */
export interface SpelledName {
  readonly name: string;
  /** In another one, as it was received; else null. */
  readonly written: string | null;
}

const DQUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x28;
const CLOSE = 0x29;
const BRACE = 0x7b;
const TILDE = 0x7e;
const SPACE = 0x20;
const NO_BYTES = Buffer.alloc(0);

export class Decoder {
  readonly #text: CommandText;
  readonly #utf8: boolean;
  #index = 0;
  #line: Buffer;
  #at = 0;
  #depth = 0;

  constructor(text: CommandText, options: { utf8?: boolean } = {}) {
    this.#text = text;
    this.#line = text.lines[0] ?? NO_BYTES;
    this.#utf8 = options.utf8 ?? false;
  }

  /** Mailbox names and quoted strings are UTF-8 in this session. */
  get utf8(): boolean {
    return this.#utf8;
  }

  // ── Bytes ─────────────────────────────────────────────────────────────────────────────────────

  #peek(): number {
    return this.#line[this.#at] ?? -1;
  }

  /** Is this byte next? It is not taken. */
  sees(char: string): boolean {
    return this.#peek() === char.charCodeAt(0);
  }

  trySpecial(char: string): boolean {
    if (!this.sees(char)) return false;
    this.#at++;
    return true;
  }

  special(char: string): this {
    if (!this.trySpecial(char)) throw new ImapSyntaxError(`Expected "${char}"`);
    return this;
  }

  sp(): this {
    if (!this.trySp()) throw new ImapSyntaxError("Expected a space");
    return this;
  }

  trySp(): boolean {
    if (this.#peek() !== SPACE) return false;
    this.#at++;
    return true;
  }

  get atEnd(): boolean {
    return this.#at >= this.#line.length && this.#index === this.#text.lines.length - 1;
  }

  end(): void {
    if (!this.atEnd) throw new ImapSyntaxError("Unexpected text at the end of the command");
  }

  #tryClass(charClass: CharClass): string | null {
    const start = this.#at;
    let end = start;
    while (charClass[this.#line[end] ?? 0] === 1) end++;
    if (end === start) return null;
    this.#at = end;
    return this.#line.toString("latin1", start, end);
  }

  #class(charClass: CharClass, name: string): string {
    const text = this.#tryClass(charClass);
    if (text === null) throw new ImapSyntaxError(`Expected ${name}`);
    return text;
  }

  // ── Words ─────────────────────────────────────────────────────────────────────────────────────

  tag(): string {
    return this.#class(TAG_CHAR, "a tag");
  }

  tryAtom(): string | null {
    return this.#tryClass(ATOM_CHAR);
  }

  atom(): string {
    return this.#class(ATOM_CHAR, "an atom");
  }

  /** An atom whose case does not matter, in upper case. */
  word(): string {
    return this.atom().toUpperCase();
  }

  /** The name of an item, up to a bracket or a space, in upper case. */
  itemName(): string {
    return this.#class(NAME_CHAR, "an item name").toUpperCase();
  }

  /** Takes `word` when it stands here whole, in any case. */
  tryWord(word: string): boolean {
    const start = this.#at;
    if (this.tryAtom()?.toUpperCase() === word) return true;
    this.#at = start;
    return false;
  }

  /** base64, or "=" for an empty initial response (RFC 4959 §3). Its form is checked by who decodes it. */
  base64(): string {
    return this.#class(BASE64_CHAR, "base64");
  }

  // ── Strings ───────────────────────────────────────────────────────────────────────────────────

  /** `string`: quoted or literal. Octets, because only the caller knows the charset. */
  stringBytes(): Buffer {
    const byte = this.#peek();
    if (byte === DQUOTE) return this.#quoted();
    if (byte === BRACE) return this.#literal();
    throw new ImapSyntaxError("Expected a string");
  }

  string(): string {
    return decodeUtf8(this.stringBytes());
  }

  /** A value of METADATA (RFC 5464 §5): a string, or a literal8 with any octets. */
  valueBytes(): Buffer {
    return this.#peek() === TILDE ? this.#literal(true) : this.stringBytes();
  }

  astringBytes(): Buffer {
    const atom = this.#tryClass(ASTRING_CHAR);
    if (atom !== null) return Buffer.from(atom, "latin1");
    return this.stringBytes();
  }

  astring(): string {
    return decodeUtf8(this.astringBytes());
  }

  nstring(): string | null {
    return this.tryWord("NIL") ? null : this.string();
  }

  #quoted(): Buffer {
    const line = this.#line;
    const bytes: number[] = [];
    let at = this.#at + 1;
    for (; ; at++) {
      let byte = line[at];
      if (byte === undefined) throw new ImapSyntaxError("A quoted string has no end");
      if (byte === DQUOTE) break;
      if (byte === BACKSLASH) {
        byte = line[++at];
        if (byte !== DQUOTE && byte !== BACKSLASH)
          throw new ImapSyntaxError('Only " and \\ may follow a \\ in a quoted string');
      } else if (byte === 0 || byte === 0x0d || byte === 0x0a) {
        throw new ImapSyntaxError("A quoted string holds a NUL, CR or LF");
      } else if (byte > 0x7f && !this.#utf8) {
        throw new ImapSyntaxError("Use a literal for text that is not US-ASCII");
      }
      bytes.push(byte);
    }
    this.#at = at + 1;
    const text = Buffer.from(bytes);
    if (this.#utf8) decodeUtf8(text); // QUOTED-CHAR is UTF-8 or nothing, whatever the caller makes of it
    return text;
  }

  #literal(binary = false): Buffer {
    const spec = this.#announced();
    if (spec.binary && !binary) throw new ImapSyntaxError("A literal8 is not allowed here");
    const bytes = this.#text.literals[this.#index];
    if (bytes === undefined) throw new LiteralNeeded(spec);
    if (!spec.binary && bytes.includes(0)) throw new ImapSyntaxError("A literal holds a NUL");
    this.#nextLine();
    return bytes;
  }

  /** The announcement at this place, which must end its line. */
  #announced(): LiteralSpec {
    const spec = announcedLiteral(this.#line);
    const from = this.#line.lastIndexOf(BRACE) - (spec?.binary ? 1 : 0);
    if (spec === null || from !== this.#at) throw new ImapSyntaxError("Bad literal");
    return spec;
  }

  #nextLine(): void {
    this.#line = this.#text.lines[++this.#index] ?? NO_BYTES;
    this.#at = 0;
  }

  /** Is a literal or a literal8 next? */
  get seesLiteral(): boolean {
    return this.#peek() === BRACE || this.#peek() === TILDE;
  }

  /**
   * A literal whose octets are not for memory: the last thing of what was read so far. Its announcement
   * is taken, its octets stay in the connection (APPEND). `binary` when literal8 is allowed.
   */
  messageLiteral(): LiteralSpec {
    if (!this.seesLiteral) throw new ImapSyntaxError("Expected a literal");
    const spec = this.#announced();
    if (this.#index !== this.#text.lines.length - 1) throw new ImapSyntaxError("Bad literal");
    this.#at = this.#line.length;
    return spec;
  }

  // ── Numbers ───────────────────────────────────────────────────────────────────────────────────

  #digits(max: number): number {
    const digits = this.#class(DIGIT, "a number");
    const value = digits.length > 16 ? Infinity : Number(digits);
    if (value > max) throw new ImapSyntaxError("A number is too large");
    return value;
  }

  number(): number {
    return this.#digits(MAX_NUMBER);
  }

  number64(): number {
    return this.#digits(MAX_NUMBER64);
  }

  nzNumber(): number {
    const value = this.number();
    if (value === 0) throw new ImapSyntaxError("Expected a number above zero");
    return value;
  }

  /** Is a sequence set next? Search keys never start like one. */
  get seesNumSet(): boolean {
    const byte = this.#peek();
    return SET_CHAR[byte < 0 ? 0 : byte] === 1 || byte === 0x24;
  }

  numSet(): NumSet {
    const set = this.trySpecial("$") ? "$" : parseNumSet(this.#class(SET_CHAR, "a sequence set"));
    if (set === null) throw new ImapSyntaxError("Bad sequence set");
    return set;
  }

  // ── Lists ─────────────────────────────────────────────────────────────────────────────────────

  /** "(" item *(SP item) ")", at least one item. */
  list<T>(item: (decoder: this) => T): T[] {
    const items = this.listOrEmpty(item);
    if (items.length === 0) throw new ImapSyntaxError("A list is empty");
    return items;
  }

  /** "(" [item *(SP item)] ")". */
  listOrEmpty<T>(item: (decoder: this) => T): T[] {
    return this.special("(").nested(() => {
      const items: T[] = [];
      while (!this.trySpecial(")")) {
        if (items.length > 0) this.sp();
        if (items.length >= MAX_LIST) throw new ImapSyntaxError("A list is too long");
        items.push(item(this));
      }
      return items;
    });
  }

  get seesList(): boolean {
    return this.#peek() === OPEN;
  }

  /** Is a list next, behind a space? Nothing is taken. */
  get seesSpList(): boolean {
    return this.#peek() === SPACE && this.#line[this.#at + 1] === OPEN;
  }

  /** Takes a space and what opens a list, when `word` is the first thing in it. */
  trySpListWith(word: string): boolean {
    if (!this.seesSpList) return false;
    const start = this.#at;
    this.#at += 2;
    if (this.tryWord(word)) return true;
    this.#at = start;
    return false;
  }

  get seesListEnd(): boolean {
    return this.#peek() === CLOSE;
  }

  /** Runs a production that may contain itself, within the bound on depth. */
  nested<T>(production: () => T): T {
    if (++this.#depth > MAX_NESTING) throw new ImapSyntaxError("The command is nested too deeply");
    const value = production();
    this.#depth--;
    return value;
  }

  // ── Mailboxes, flags ──────────────────────────────────────────────────────────────────────────

  /** A mailbox name as UTF-8 in NFC; INBOX in any case is "INBOX" (RFC 9051 §5.1). */
  mailbox(): string {
    return this.spelledMailbox().name;
  }

  /** The same, and how it was written when that is another spelling of it. */
  spelledMailbox(): SpelledName {
    const written = this.#writtenText(this.astring());
    const name = written.normalize("NFC");
    return { name: canonicalInbox(name), written: written === name ? null : written };
  }

  /** A pattern of LIST: `list-mailbox`. */
  listMailbox(): string {
    const text = this.#tryClass(LIST_CHAR) ?? decodeUtf8(this.stringBytes());
    return this.#writtenText(text).normalize("NFC");
  }

  #writtenText(text: string): string {
    const name = this.#utf8 ? text : decodeUtf7(text);
    if (name === null) throw new ImapSyntaxError("A mailbox name is not modified UTF-7");
    return name;
  }

  /** `flag`: a keyword, or a system flag with its backslash, as written. */
  flag(): string {
    const system = this.trySpecial("\\") ? "\\" : "";
    return system + this.atom();
  }

  flagList(): string[] {
    return this.listOrEmpty((d) => d.flag());
  }
}

function canonicalInbox(name: string): string {
  return /^inbox(?=$|\/)/i.test(name) ? `INBOX${name.slice(5)}` : name;
}
