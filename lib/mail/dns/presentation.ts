/**
 * Values of record sets in the text form of zone files, which many APIs speak: RFC 1035 §5.1. TXT as quoted
 * strings of at most 255 octets, host names with their final dot.
 */
import { quotedChunks } from "./rdata.ts";
import { canonicalValue, type SetType } from "./record-sets.ts";

export function toPresentation(type: SetType, value: string): string {
  switch (type) {
    case "TXT":
      return quotedChunks(value);
    case "CNAME":
    case "PTR":
    case "MX":
    case "SRV":
      return value.endsWith(".") ? value : `${value}.`;
    default:
      return value;
  }
}

export function fromPresentation(type: SetType, text: string): string {
  return canonicalValue(type, type === "TXT" ? joinStrings(text) : text);
}

/** "\"" and "\\", "\DDD"; strings without quotes end at white space. Octets that are no UTF-8 stay apart. */
export function joinStrings(text: string): string {
  const octets: number[] = [];
  const push = (chars: string) => octets.push(...Buffer.from(chars));
  for (const [, quoted, bare] of text.matchAll(/"((?:\\[^]|[^"\\])*)"|([^\s"]+)/g)) {
    const pieces = (quoted ?? bare ?? "").matchAll(/\\(\d{3})|\\([^])|([^\\]+)/g);
    for (const [, octet, escaped, plain] of pieces) {
      if (octet !== undefined) octets.push(Number(octet) & 0xff);
      else push(escaped ?? plain ?? "");
    }
  }
  return Buffer.from(octets).toString("utf8");
}
