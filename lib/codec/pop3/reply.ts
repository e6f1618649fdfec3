/** POP3 replies: RFC 1939 §3, response codes of RFC 2449 §8. */

/** RFC 2449 §4: 512 octets with the CRLF. */
const MAX_LINE = 510;

export function ok(text: string): string {
  return `${oneLine(`+OK ${text}`)}\r\n`;
}

/** `code` without its brackets ("AUTH", "SYS/TEMP"), or null. */
export function err(code: string | null, text: string): string {
  return `${oneLine(`-ERR ${code === null ? "" : `[${code}] `}${text}`)}\r\n`;
}

/** RFC 5034 §4: a challenge, already in base64; an empty one keeps its space. */
export function challenge(base64: string): string {
  return `+ ${base64}\r\n`;
}

/** A text can never become a second reply. */
function oneLine(text: string): string {
  const clean = text.replace(/[\x00-\x1f\x7f]+/g, " ").trimEnd();
  return Buffer.byteLength(clean) <= MAX_LINE ? clean : `${clean.slice(0, MAX_LINE / 4)}…`;
}
