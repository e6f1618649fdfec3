/**
 * Base subject: RFC 5256 §2.1. What is left of a Subject without "Re:", "Fwd:", "(fwd)" and list tags,
 * by the RFC's own grammar: "Aw:" or "Re[2]:x" in other people's languages stay where they are.
 *
 * Ends are moved instead of text being cut, and what was looked at is not looked at again, so a subject
 * of ten thousand tags costs no more than its length.
 */
import { decodeWords } from "../codec/mime/encoded-word.ts";

export interface BaseSubject {
  readonly text: string;
  /** Something said "reply" or "forward": RFC 5256 §3 REFERENCES (5) needs to know. */
  readonly isReply: boolean;
}

/** `subject` as the envelope has it, encoded words and all. */
export function baseSubject(subject: string): BaseSubject {
  const text = decodeWords(subject).replace(/[ \t\r\n]+/g, " "); // step (1)
  let span: Span = { text, from: 0, to: text.length };
  let isReply = false;
  for (;;) {
    const trailed = withoutTrailers(span); // (2)
    const led = withoutLeaders(trailed); // (3) to (5)
    isReply ||= trailed.to < withoutSpaces(span).to || led.isReply;
    const inner = withoutForward(led.span); // (6)
    if (inner === null) return { text: text.slice(led.span.from, led.span.to), isReply };
    isReply = true;
    span = inner;
  }
}

/** The part of the text that is still looked at. */
interface Span {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const FORWARD_TRAILER = "(fwd)";
const FORWARD_HEADER = "[fwd:";

function withoutSpaces({ text, from, to }: Span): Span {
  let end = to;
  while (end > from && text[end - 1] === " ") end--;
  return { text, from, to: end };
}

function withoutTrailers(span: Span): Span {
  let rest = withoutSpaces(span);
  while (endsWith(rest, FORWARD_TRAILER))
    rest = withoutSpaces({ ...rest, to: rest.to - FORWARD_TRAILER.length });
  return rest;
}

function endsWith({ text, from, to }: Span, word: string): boolean {
  return to - word.length >= from && text.slice(to - word.length, to).toLowerCase() === word;
}

/** Steps (3) to (5): leaders, and blobs as long as something is left. */
function withoutLeaders(span: Span): { span: Span; isReply: boolean } {
  let { from } = span;
  let isReply = false;
  for (;;) {
    const blobs = skipBlobs(span, skipSpaces(span, from));
    const reply = skipReply(span, blobs.end);
    if (reply !== null) {
      isReply = true;
      from = reply;
      continue;
    }
    // No leader stands after these blobs: all go, but for the last one when nothing follows it.
    return { span: { ...span, from: blobs.end < span.to ? blobs.end : blobs.last }, isReply };
  }
}

function skipSpaces({ text, to }: Span, from: number): number {
  let at = from;
  while (at < to && text[at] === " ") at++;
  return at;
}

/** *subj-blob: where they end, and where the last one begins. */
function skipBlobs(span: Span, from: number): { end: number; last: number } {
  let last = from;
  let end = from;
  for (;;) {
    const next = skipBlob(span, end);
    if (next === null) return { end, last };
    last = end;
    end = next;
  }
}

/** subj-blob: "[" without brackets inside "]", and the spaces after it. */
function skipBlob(span: Span, from: number): number | null {
  const { text, to } = span;
  if (text[from] !== "[" || from >= to) return null;
  let at = from + 1;
  while (at < to && text[at] !== "[" && text[at] !== "]") at++;
  return at < to && text[at] === "]" ? skipSpaces(span, at + 1) : null;
}

/** subj-refwd: ("re" / "fw" ["d"]) *WSP [subj-blob] ":". */
function skipReply(span: Span, from: number): number | null {
  const word = /^(?:re|fwd?)/i.exec(span.text.slice(from, Math.min(from + 3, span.to)));
  if (word === null) return null;
  const spaced = skipSpaces(span, from + word[0].length);
  const at = skipBlob(span, spaced) ?? spaced;
  return at < span.to && span.text[at] === ":" ? at + 1 : null;
}

/** subj-fwd: "[fwd:" subject "]"; null when it is none. */
function withoutForward({ text, from, to }: Span): Span | null {
  const start = from + FORWARD_HEADER.length;
  if (start >= to || text[to - 1] !== "]") return null;
  if (text.slice(from, start).toLowerCase() !== FORWARD_HEADER) return null;
  return { text, from: start, to: to - 1 };
}
