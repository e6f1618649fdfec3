/**
 * SMTP commands as values: RFC 5321 §4.1.1, AUTH (RFC 4954 §4), BDAT (RFC 3030 §2), and the parameters
 * SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), RET ENVID NOTIFY ORCPT (RFC 3461),
 * REQUIRETLS (RFC 8689), AUTH= (RFC 4954 §5).
 *
 * In two steps, because the engine looks at the state between them: `splitCommand` names the verb,
 * then one function per verb reads its arguments. White space at the end of a line is tolerated
 * (§4.1.1), nowhere else. BODY=BINARYMIME is not offered and so is refused as a parameter.
 */
import { canonicalDomain, canonicalLiteral, forwardPath, reversePath, type Path } from "./path.ts";
import { Scanner, SyntaxFault, decodeXtext, syntax } from "./syntax.ts";

export interface CommandLine {
  /** Upper case; "" when the line does not start with a word. */
  readonly verb: string;
  /** Everything after the one space, trailing white space taken off. */
  readonly rest: string;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Throws for bytes that are not UTF-8 and for control characters. */
export function splitCommand(line: Buffer): CommandLine {
  const text = decode(line).replace(/[ \t]+$/, "");
  const verb = /^[A-Za-z]+(?= |$)/.exec(text)?.[0] ?? "";
  if (CONTROL.test(text)) throw syntax("Control characters are not allowed");
  return { verb: verb.toUpperCase(), rest: text.slice(verb.length + 1) };
}

const CONTROL = /[\0-\x1f\x7f]/;

function decode(line: Buffer): string {
  try {
    return utf8.decode(line);
  } catch {
    throw syntax("Not UTF-8");
  }
}

/** DATA, RSET, QUIT, STARTTLS. */
export function parseNothing(rest: string): null {
  if (rest !== "") throw syntax("No parameters allowed");
  return null;
}

/** NOOP, HELP, VRFY, EXPN: a string that we may ignore. */
export function parseText(rest: string): string {
  return rest;
}

/**
 * EHLO and HELO. Names with underscores are let through: Windows machines have them, nothing is
 * decided by them, and they are harmless in a Received field.
 */
export function parseHello(rest: string): string {
  if (/^\[[0-9A-Za-z:.]+\]$/.test(rest)) return canonicalLiteral(rest);
  const plain = rest.replaceAll("_", "x").replace(/(?<=.)\.$/, "");
  if (!/^[ -~]+$/.test(rest) || canonicalDomain(plain) === null) {
    throw syntax("A domain name or address literal is needed");
  }
  return rest;
}

export interface MailArguments {
  /** Null: "<>". */
  readonly reversePath: Path | null;
  readonly size: number | null;
  readonly body: "7BIT" | "8BITMIME" | null;
  readonly smtputf8: boolean;
  readonly ret: "FULL" | "HDRS" | null;
  readonly envid: string | null;
  readonly requireTls: boolean;
  /** RFC 4954 §5: decoded, "<>" as it is. Believed by nobody. */
  readonly auth: string | null;
}

export function parseMail(rest: string): MailArguments {
  const scanner = new Scanner(rest);
  if (!scanner.skip("FROM:")) throw syntax("Syntax: MAIL FROM:<address>");
  const path = reversePath(scanner);
  const parameters = new Parameters(scanner);
  const result: MailArguments = {
    reversePath: path,
    size: parameters.take("SIZE", readSize),
    body: parameters.take("BODY", oneOf("7BIT", "8BITMIME")),
    smtputf8: parameters.flag("SMTPUTF8"),
    ret: parameters.take("RET", oneOf("FULL", "HDRS")),
    envid: parameters.take("ENVID", readEnvid),
    requireTls: parameters.flag("REQUIRETLS"),
    auth: parameters.take("AUTH", (value) => (value === "<>" ? value : decodeXtext(value))),
  };
  parameters.end();
  if (path?.utf8 && !result.smtputf8) throw new SyntaxFault("utf8", "Address needs SMTPUTF8");
  return result;
}

export interface RcptArguments {
  readonly forwardPath: Path;
  /** RFC 3461 §4.1: "NEVER", or some of SUCCESS, FAILURE, DELAY joined by commas. */
  readonly notify: string | null;
  /** As received: "rfc822;" and xtext. */
  readonly orcpt: string | null;
}

export function parseRcpt(rest: string): RcptArguments {
  const scanner = new Scanner(rest);
  if (!scanner.skip("TO:")) throw syntax("Syntax: RCPT TO:<address>");
  const path = forwardPath(scanner);
  const parameters = new Parameters(scanner);
  const result: RcptArguments = {
    forwardPath: path,
    notify: parameters.take("NOTIFY", readNotify),
    orcpt: parameters.take("ORCPT", readOrcpt),
  };
  parameters.end();
  return result;
}

export interface BdatArguments {
  readonly size: number;
  readonly last: boolean;
}

export function parseBdat(rest: string): BdatArguments {
  const found = /^(\d{1,15})( LAST)?$/i.exec(rest);
  if (!found) throw syntax("Syntax: BDAT size [LAST]");
  return { size: Number(found[1]), last: found[2] !== undefined };
}

export interface AuthArguments {
  readonly mechanism: string;
  /** Base64 as received, "=" for empty, null when none was sent. */
  readonly initialResponse: string | null;
}

export function parseAuth(rest: string): AuthArguments {
  const found = /^([A-Za-z0-9_-]{1,20})(?: ([A-Za-z0-9+/]*={0,2}))?$/.exec(rest);
  if (!found?.[1]) throw syntax("Syntax: AUTH mechanism [initial-response]");
  return { mechanism: found[1].toUpperCase(), initialResponse: found[2] ?? null };
}

// ── Parameters ──────────────────────────────────────────────────────────────────────────────────

const KEYWORD = /[A-Za-z0-9][A-Za-z0-9-]*/y;
/** RFC 5321 §4.1.2 esmtp-value, with RFC 6531 §3.3's UTF-8. */
const VALUE = /[!-<>-~\u0080-\u{10ffff}]+/uy;

/** RFC 5321 §4.1.1.11: each keyword at most once; what nobody took is unknown. */
class Parameters {
  readonly #values = new Map<string, string | null>();

  constructor(scanner: Scanner) {
    while (!scanner.done) {
      const keyword = scanner.skip(" ") ? scanner.take(KEYWORD)?.toUpperCase() : undefined;
      const value = keyword !== undefined && scanner.skip("=") ? scanner.take(VALUE) : undefined;
      if (keyword === undefined || value === null) throw syntax("Malformed parameters");
      if (this.#values.has(keyword)) throw syntax(`Parameter ${keyword} given twice`);
      this.#values.set(keyword, value ?? null);
    }
  }

  flag(keyword: string): boolean {
    if (this.#values.get(keyword)) throw syntax(`Parameter ${keyword} takes no value`);
    return this.#values.delete(keyword);
  }

  take<T>(keyword: string, read: (value: string) => T | null): T | null {
    const value = this.#values.get(keyword);
    if (value === undefined) return null;
    this.#values.delete(keyword);
    const result = value === null ? null : read(value);
    if (result === null) throw syntax(`Bad value of parameter ${keyword}`);
    return result;
  }

  end(): void {
    const [unknown] = this.#values.keys();
    if (unknown !== undefined) {
      throw new SyntaxFault("parameter", `Parameter ${unknown.slice(0, 40)} not recognized`);
    }
  }
}

/** RFC 1870 §6.1: up to 20 digits; over 15 no number is exact, and any limit is passed anyway. */
function readSize(value: string): number | null {
  return /^\d{1,20}$/.test(value) ? Number(value) : null;
}

function oneOf<const W extends string>(...words: W[]): (value: string) => W {
  return (value) => {
    const word = words.find((known) => known === value.toUpperCase());
    if (word === undefined) throw new SyntaxFault("parameter", "Parameter value not recognized");
    return word;
  };
}

/** RFC 3461 §4.4: at most 100 characters. */
function readEnvid(value: string): string | null {
  return value.length <= 100 ? decodeXtext(value) : null;
}

function readNotify(value: string): string | null {
  const words = value.toUpperCase().split(",");
  if (words.length === 1 && words[0] === "NEVER") return "NEVER";
  const known = words.every((word) => ["SUCCESS", "FAILURE", "DELAY"].includes(word));
  return known && new Set(words).size === words.length ? words.join(",") : null;
}

/** RFC 3461 §4.2: type ";" xtext, at most 500 characters; utf-8 (RFC 6533 §3) as unitext or \x{…}. */
function readOrcpt(value: string): string | null {
  const found = /^([A-Za-z0-9-]+);(.+)$/u.exec(value);
  if (value.length > 500 || !found?.[2]) return null;
  if (found[1]?.toLowerCase() === "utf-8")
    return /^[^\u0080-\u009f]+$/u.test(found[2]) ? value : null;
  return decodeXtext(found[2]) === null ? null : value;
}
