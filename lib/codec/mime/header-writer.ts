/**
 * Header fields that we write: RFC 5322 §2.2.3 folding, aiming at 78 characters and never over 998
 * octets in a line (§2.1.1).
 *
 * A value cannot bring a field of its own: line ends in it are folding and nothing else, and other
 * control characters become spaces. Text that is not ASCII passes as UTF-8 (RFC 6532); callers who
 * may not send that encode it first (encoded-word.ts).
 */

/** §2.1.1: SHOULD and MUST, without the line end. */
const LINE_AIM = 78;
const LINE_MAX = 998;

/** "Name: value" folded, with its CRLF. */
export function formatField(name: string, value: string): string {
  if (!/^[!-9;-~]{1,76}$/.test(name)) throw new TypeError(`Not a field name: ${name}`);
  return `${foldLine(`${name}: ${oneLine(value)}`)}\r\n`;
}

function oneLine(value: string): string {
  return value
    .replace(/\r?\n(?=[ \t])/g, "")
    .replace(/[\p{Cc}]/gu, (char) => (char === "\t" ? char : " "))
    .trim();
}

/** Breaks before white space, which stays: unfolding gives the same text back. */
function foldLine(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.match(/[ \t]*[^ \t]+/g) ?? []) {
    if (line.includes(" ") && line.trim() !== "" && line.length + word.length > LINE_AIM) {
      lines.push(line);
      line = "";
    }
    line = breakHard(line + word, lines);
  }
  return [...lines, line].join("\r\n");
}

/** A word that no line can hold is broken where it must be: the reader sees one space too many. */
function breakHard(line: string, lines: string[]): string {
  let rest = line;
  while (Buffer.byteLength(rest) > LINE_MAX) {
    const head = clipOctets(rest, LINE_MAX);
    lines.push(head);
    rest = ` ${rest.slice(head.length)}`;
  }
  return rest;
}

function clipOctets(text: string, limit: number): string {
  const octets = Buffer.from(text).subarray(0, limit);
  // Not inside a character: back over UTF-8 continuation octets and their lead.
  let end = octets.length;
  while (end > 0 && ((Buffer.from(text)[end] ?? 0) & 0xc0) === 0x80) end--;
  return octets.toString("utf8", 0, end);
}
