/**
 * Builds a Structure while the message streams by: RFC 2046 §5.1 delimiters, found line by line in
 * chunks cut anywhere, in linear time, with no body held.
 *
 * Bounds (hostile mail is the normal case): parts, depth, header octets read, and what headers may
 * leave in the Structure. Past a bound the bytes still belong to the enclosing part's body, so that
 * ranges always tile the message, and `truncated` is set.
 *
 * A delimiter is a line of "--", the boundary, perhaps "--", and white space: the whole line is
 * compared, so that a boundary which begins another one cannot end it; of two that fit, the inner
 * one is meant. The line end before a delimiter belongs to the delimiter. Lines end with LF, with
 * or without CR before it.
 *
 * Pure: no clock, no I/O.
 */
import { Budget, EMPTY_ENVELOPE, readEnvelope, readReferences } from "./envelope.ts";
import { splitHeader } from "./header.ts";
import { readPartFields, type PartFields } from "./part-header.ts";
import { PreviewSampler } from "./preview.ts";
import { isMessageType, type Envelope, type Part, type Structure } from "./structure.ts";

const MAX_PARTS = 1_000;
/** Multiparts and messages inside one another. Real mail has at most a dozen. */
const MAX_DEPTH = 100;
/** Octets of one header that are read; the rest is counted and ignored. */
const MAX_HEADER = 1024 * 1024;
/** RFC 2046 §5.1.1 allows 70; mailers have gone beyond. */
const MAX_BOUNDARY = 250;
/** Enough of a line to hold a delimiter with padding; longer lines are no delimiters. */
const MAX_DELIMITER_LINE = 512;

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;

/** A part whose end has not come yet. */
interface OpenPart {
  readonly start: number;
  /** The root of a message, outer or inner: its header holds an envelope. */
  readonly isMessage: boolean;
  readonly parts: Part[];
  inner: { envelope: Envelope; part: Part } | null;
  envelope: Envelope;
  /** Null while the header is being read. */
  fields: PartFields | null;
  /** Latin-1, "" when it is no multipart or has been closed. */
  boundary: string;
  bodyStart: number;
  /** Line ends before `bodyStart`. */
  bodyLine: number;
}

/** Where a part ends, and how its last line does. */
interface End {
  readonly offset: number;
  /** Line ends before `offset`. */
  readonly line: number;
  /** The byte before `offset` ends a line. */
  readonly atLineStart: boolean;
}

export class StructureParser {
  readonly #budget = new Budget();
  readonly #sampler = new PreviewSampler();
  readonly #open: OpenPart[] = [];
  /** Boundary → depths in #open where it is open, outermost first. */
  readonly #boundaries = new Map<string, number[]>();
  #root: Part | null = null;
  #rootEnvelope: Envelope = EMPTY_ENVELOPE;
  #references: string[] = [];
  #parts = 1;
  #truncated = false;

  // The line being read
  #offset = 0;
  #lineStart = 0;
  #line = 0;
  /** Start of a line that began in an earlier chunk. */
  #head = Buffer.alloc(0);
  /** The unfinished line is all in #head and was not passed on. */
  #isHeld = false;
  /** What the line before this one ended with: 0, 1 (LF) or 2 (CRLF) octets. */
  #lastEnd = 0;
  #lastWasEmpty = false;
  #lastByte = 0;

  // The header being read
  #header: Buffer[] = [];
  #headerSize = 0;
  /** So many pieces of it are copies of our own. */
  #headerOwned = 0;

  constructor() {
    this.#start(0, true);
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#bodyLines(chunk, at);
      if (at === chunk.length) break;
      const found = chunk.indexOf(LF, at);
      const end = found < 0 ? chunk.length : found + 1;
      this.#piece(chunk.subarray(at, end), found >= 0);
      at = end;
    }
    this.#keepHeader();
  }

  /**
   * The short way, which most bytes take: whole lines of a body that cannot be delimiters, read as
   * one run. Answers where it stopped.
   */
  #bodyLines(chunk: Buffer, from: number): number {
    if (this.#offset !== this.#lineStart || this.#top()?.fields === null) return from;
    const mayDelimit = this.#boundaries.size > 0;
    let [at, lines, start] = [from, 0, from];
    while (at < chunk.length && !(mayDelimit && chunk[at] === DASH)) {
      const found = chunk.indexOf(LF, at);
      if (found < 0) break;
      start = at;
      at = found + 1;
      lines++;
    }
    if (lines === 0) return from;
    this.#lastEnd = at - start > 1 && chunk[at - 2] === CR ? 2 : 1;
    this.#lastWasEmpty = at - start === this.#lastEnd;
    this.#line += lines;
    this.#offset += at - from;
    this.#lineStart = this.#offset;
    this.#sampler.push(chunk.subarray(from, at));
    return at;
  }

  /** The message has ended. To be called once. */
  finish(): Structure {
    // A last line without an end may still be the closing delimiter.
    const isShort = this.#head.length <= MAX_DELIMITER_LINE;
    if (isShort && this.#isDelimiter(this.#head)) this.#delimiter(this.#head);
    else if (this.#isHeld) this.#content(EMPTY, this.#head);
    this.#endHeaders(this.#offset);
    const atLineStart = this.#offset === this.#lineStart;
    this.#closeAbove(-1, { offset: this.#offset, line: this.#line, atLineStart });
    if (this.#root === null) throw new Error("finish() was called before");
    return {
      version: 1,
      size: this.#offset,
      envelope: this.#rootEnvelope,
      references: this.#references,
      root: this.#root,
      truncated: this.#truncated || this.#budget.truncated,
    };
  }

  /** The first readable words; "" when there are none. To be read after `finish`. */
  get preview(): string {
    return this.#sampler.text();
  }

  /** A line, or what a chunk holds of it. */
  #piece(octets: Buffer, isEnd: boolean): void {
    const whole = isEnd && this.#offset === this.#lineStart;
    const held = this.#isHeld ? this.#head : EMPTY;
    if (!whole) this.#keepHead(octets);
    const line = whole ? octets : this.#head;
    const length = this.#offset + octets.length - this.#lineStart;
    const beforeEnd = octets.length > 1 ? octets[octets.length - 2] : this.#lastByte;
    this.#offset += octets.length;
    this.#lastByte = octets[octets.length - 1] ?? 0;
    this.#isHeld = !isEnd && this.#mayDelimit();
    if (this.#isHeld) return;
    if (!isEnd) return this.#content(held, octets);

    const lineEnd = length > 1 && beforeEnd === CR ? 2 : 1;
    if (length <= MAX_DELIMITER_LINE && this.#isDelimiter(line)) this.#delimiter(line);
    else {
      this.#content(held, octets);
      if (length === lineEnd && this.#top()?.fields === null) this.#endHeader(this.#offset, 1);
    }
    this.#line++;
    this.#lastEnd = lineEnd;
    this.#lastWasEmpty = length === lineEnd;
    this.#lineStart = this.#offset;
    this.#head = EMPTY;
  }

  #keepHead(octets: Buffer): void {
    if (this.#head.length > MAX_DELIMITER_LINE) return;
    this.#head = Buffer.concat([this.#head, octets.subarray(0, MAX_DELIMITER_LINE + 1)]);
  }

  /** Octets that are no delimiter: of the header being read, or of a body. */
  #content(held: Buffer, octets: Buffer): void {
    if (held.length > 0) this.#content(EMPTY, held);
    if (this.#top()?.fields !== null) return this.#sampler.push(octets);
    if (this.#headerSize + octets.length > MAX_HEADER) {
      this.#truncated = true;
      this.#headerSize = MAX_HEADER;
      return;
    }
    this.#header.push(octets);
    this.#headerSize += octets.length;
  }

  /** A chunk is the caller's again after `push`: what a header still needs of it is copied. */
  #keepHeader(): void {
    for (; this.#headerOwned < this.#header.length; this.#headerOwned++) {
      this.#header[this.#headerOwned] = Buffer.from(this.#header[this.#headerOwned] ?? EMPTY);
    }
  }

  // Delimiters

  /** The unfinished line may still become a delimiter: nobody is to read it before that is known. */
  #mayDelimit(): boolean {
    const { length } = this.#head;
    if (this.#boundaries.size === 0 || length > MAX_DELIMITER_LINE) return false;
    return this.#head[0] === DASH && (length < 2 || this.#head[1] === DASH);
  }

  #isDelimiter(line: Buffer): boolean {
    if (line[0] !== DASH || line[1] !== DASH || this.#boundaries.size === 0) return false;
    return this.#match(line) !== null;
  }

  /** The innermost open multipart that this line delimits or closes. */
  #match(line: Buffer): { depth: number; closes: boolean } | null {
    const text = line.toString("latin1", 2, Math.min(line.length, MAX_DELIMITER_LINE)).trimEnd();
    const delimits = this.#boundaries.get(text)?.at(-1) ?? -1;
    const closes = text.endsWith("--")
      ? (this.#boundaries.get(text.slice(0, -2))?.at(-1) ?? -1)
      : -1;
    if (delimits < 0 && closes < 0) return null;
    return { depth: Math.max(delimits, closes), closes: closes > delimits };
  }

  #delimiter(line: Buffer): void {
    const match = this.#match(line);
    if (match === null) return;
    const offset = this.#lineStart - this.#lastEnd;
    this.#endHeaders(offset);
    const end = { offset, line: this.#line - 1, atLineStart: this.#lastWasEmpty };
    this.#closeAbove(match.depth, end);
    if (match.closes) this.#forgetBoundary(match.depth);
    else if (this.#parts < MAX_PARTS) this.#start(this.#offset, false);
    else this.#truncated = true;
  }

  #forgetBoundary(depth: number): void {
    const part = this.#open[depth];
    if (part === undefined || part.boundary === "") return;
    const depths = this.#boundaries.get(part.boundary);
    depths?.pop();
    if (depths?.length === 0) this.#boundaries.delete(part.boundary);
    part.boundary = "";
  }

  // Parts

  #top(): OpenPart | undefined {
    return this.#open.at(-1);
  }

  #start(start: number, isMessage: boolean): void {
    if (this.#open.length > 0) this.#parts++;
    this.#open.push({
      start,
      isMessage,
      parts: [],
      inner: null,
      envelope: EMPTY_ENVELOPE,
      fields: null,
      boundary: "",
      bodyStart: start,
      bodyLine: 0,
    });
    this.#headerSize = 0;
    this.#sampler.endPart();
  }

  /** No empty line came. Twice when an embedded message starts where all ends. */
  #endHeaders(offset: number): void {
    for (let part = this.#top(); part?.fields === null; part = this.#top()) {
      this.#endHeader(Math.max(offset, part.start));
    }
  }

  /** The header of the open part is over: what is it, and what comes inside? */
  #endHeader(bodyStart: number, linesOfEmptyLine: 0 | 1 = 0): void {
    const part = this.#top();
    if (part === undefined) return;
    const block = Buffer.concat(this.#header);
    const header = splitHeader(block);
    this.#header = [];
    this.#headerOwned = 0;
    const parent = this.#open.at(-2)?.fields;
    const inDigest = !part.isMessage && parent?.type === "multipart" && parent.subtype === "digest";
    const fields = readPartFields(block, header, { inDigest, budget: this.#budget });
    part.fields = fields;
    part.bodyStart = bodyStart;
    part.bodyLine = this.#line + linesOfEmptyLine;
    if (part.isMessage) part.envelope = readEnvelope(block, header, this.#budget);
    if (this.#open.length === 1) this.#references = readReferences(block, header, this.#budget);
    this.#enter(part, fields);
  }

  #enter(part: OpenPart, fields: PartFields): void {
    if (fields.type === "multipart") this.#enterMultipart(part, fields);
    else if (isMessageType(fields) && ["7bit", "8bit", "binary"].includes(fields.encoding)) {
      if (this.#hasRoom()) this.#start(part.bodyStart, true);
    } else
      this.#sampler.startPart(
        fields,
        this.#open.slice(1).some((p) => p.isMessage),
      );
  }

  #enterMultipart(part: OpenPart, fields: PartFields): void {
    const value = fields.params.find(([name]) => name === "boundary")?.[1] ?? "";
    const boundary = Buffer.from(value).toString("latin1").trimEnd();
    if (boundary === "" || boundary.length > MAX_BOUNDARY || !this.#hasRoom()) return;
    part.boundary = boundary;
    const depths = this.#boundaries.get(boundary);
    if (depths === undefined) this.#boundaries.set(boundary, [this.#open.length - 1]);
    else depths.push(this.#open.length - 1);
  }

  #hasRoom(): boolean {
    const room = this.#open.length < MAX_DEPTH && this.#parts < MAX_PARTS;
    if (!room) this.#truncated = true;
    return room;
  }

  /** Closes all parts deeper than `depth`. */
  #closeAbove(depth: number, end: End): void {
    let reached = end;
    for (let part = this.#top(); part && this.#open.length - 1 > depth; part = this.#top()) {
      this.#forgetBoundary(this.#open.length - 1);
      this.#open.pop();
      this.#attach(part, closePart(part, reached));
      // An empty last part: its empty line is its header's, and a parent may not end before it.
      if (part.bodyStart > reached.offset) {
        reached = { offset: part.bodyStart, line: part.bodyLine, atLineStart: true };
      }
    }
    this.#sampler.endPart();
  }

  #attach(open: OpenPart, part: Part): void {
    const parent = this.#top();
    if (parent === undefined) {
      this.#root = part;
      this.#rootEnvelope = open.envelope;
    } else if (open.isMessage) parent.inner = { envelope: open.envelope, part };
    else parent.parts.push(part);
  }
}

const EMPTY = Buffer.alloc(0);

function closePart(open: OpenPart, end: End): Part {
  const { start, bodyStart, bodyLine, fields } = open;
  if (fields === null) throw new Error("A part was closed before its header");
  const length = Math.max(0, end.offset - bodyStart);
  const lines = length === 0 ? 0 : end.line - bodyLine + (end.atLineStart ? 0 : 1);
  return {
    header: { offset: start, length: bodyStart - start },
    body: { offset: bodyStart, length },
    lines,
    ...fields,
    ...(open.parts.length > 0 && { parts: open.parts }),
    ...(open.inner !== null && { message: open.inner }),
  };
}
