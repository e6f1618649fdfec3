/**
 * HEADER.FIELDS and HEADER.FIELDS.NOT: RFC 9051 §6.4.5.1. The fields named, or the others, octet for
 * octet with their folded lines, in the order of the header; always with the empty line at the end.
 */
const LF = 0x0a;
const COLON = 0x3a;
const CRLF = Buffer.from("\r\n");

export function filterHeader(header: Buffer, names: readonly string[], not: boolean): Buffer {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const kept: Buffer[] = [];
  let keep = false;
  for (let at = 0; at < header.length;) {
    const lineEnd = header.indexOf(LF, at);
    const end = lineEnd < 0 ? header.length : lineEnd + 1;
    const line = header.subarray(at, end);
    if (isEmpty(line)) break;
    if (!startsFolded(line)) keep = wanted.has(nameOf(line)) !== not;
    if (keep) kept.push(line);
    at = end;
  }
  const last = kept.at(-1);
  if (last !== undefined && last.at(-1) !== LF) kept.push(CRLF);
  return Buffer.concat([...kept, CRLF]);
}

function isEmpty(line: Buffer): boolean {
  return line[0] === LF || (line[0] === 0x0d && line[1] === LF);
}

function startsFolded(line: Buffer): boolean {
  return line[0] === 0x20 || line[0] === 0x09;
}

/** Lower case; "" for a line that is no field. */
function nameOf(line: Buffer): string {
  const colon = line.indexOf(COLON);
  return colon < 0 ? "" : line.toString("latin1", 0, colon).trimEnd().toLowerCase();
}
