/**
 * How a value was spoilt on its way into a form field: quotation marks, backslashes, lost semicolons, gaps
 * between parts, an end that is missing. Each has its own remedy, so each is told apart.
 */
import { reason, type Reason } from "../reasons.ts";

/** “ ” „ ‘ ’ « », also when UTF-8 was read as Latin-1. */
const SMART = /[\u2018-\u201f\u00ab\u00bb]|\u00e2\u0080[\u0098-\u009f]/;

export function mangledReason(expected: string, found: string): Reason | null {
  if (SMART.test(found)) return reason("dns.smartQuotes");
  if (found.includes('"') && !expected.includes('"')) return reason("dns.quoted");
  if (found.includes("\\;")) return reason("dns.semicolons");
  if (hasLostSemicolons(expected, found)) return reason("dns.semicolonsLost");
  if (isCut(expected, found))
    return reason("dns.truncated", { n: found.length, m: expected.length });
  if (found !== expected && bare(found) === bare(expected)) return reason("dns.split");
  return null;
}

const bare = (text: string) => text.replace(/\s+/g, "");

/** All gone, or all from the first on: it starts a comment in a zone file. */
function hasLostSemicolons(expected: string, found: string): boolean {
  if (!expected.includes(";") || found.includes(";")) return false;
  const [head = ""] = expected.split(";");
  return found.trim() === head.trim() || bare(found) === bare(expected).replaceAll(";", "");
}

/** Less than this is a beginning that anything may have. */
const SHORTEST = 10;

const isCut = (expected: string, found: string) =>
  found.length >= SHORTEST && found.length < expected.length && expected.startsWith(found);

/** What may have been meant as a record of that version, with all that people put around it. */
export function isMeant(version: string, text: string): boolean {
  const plain = (value: string) =>
    value.replace(/^[\s\\"'\u2018-\u201f\u00ab\u00bb\u00e2\u0080\u0098-\u009f]+/, "").toLowerCase();
  const start = plain(text).replace(/\s+/g, "");
  return start.startsWith(version.toLowerCase());
}
