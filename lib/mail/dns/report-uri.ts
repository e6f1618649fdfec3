/** Report addresses in `rua` and `ruf`: RFC 9989 §4.7, RFC 8460 §3. "mailto:" and, for TLS reports, "https:". */
export interface ReportUri {
  readonly text: string;
  readonly scheme: "mailto" | "https";
  /** "ann@example.com", decoded, domain in lower case; "" for https. */
  readonly address: string;
}

export interface ReportUris {
  readonly uris: readonly ReportUri[];
  /** What is none. */
  readonly bad: readonly string[];
}

/** More than a handful nobody writes; a list that is meant to tire us ends here. */
const MAX_URIS = 100;

export function parseReportUris(value: string): ReportUris {
  const texts = value
    .split(",", MAX_URIS)
    .map((text) => text.trim())
    .filter((text) => text !== "");
  const read = texts.map((text) => ({ text, uri: parseOne(text) }));
  return {
    uris: read.map(({ uri }) => uri).filter((uri) => uri !== null),
    bad: read.filter(({ uri }) => uri === null).map(({ text }) => text),
  };
}

function parseOne(text: string): ReportUri | null {
  if (/^https:\/\/[^\s/?#]+/i.test(text)) return { text, scheme: "https", address: "" };
  // RFC 7489 §6.4 had a size after "!": it exists no more, and says nothing about the address.
  const match = /^mailto:([^\s?!]+)@([^\s?!@]+?)(?:!\d+[kmgt]?)?(?:\?[^\s]*)?$/i.exec(text);
  const [, local, host] = match ?? [];
  if (local === undefined || host === undefined || !/^[a-z0-9.-]+$/i.test(host)) return null;
  const decoded = decode(local);
  return decoded === null
    ? null
    : { text, scheme: "mailto", address: `${decoded}@${host.toLowerCase()}` };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Local parts are compared as our mailboxes are: without case. */
export const isSameAddress = (one: string, two: string) => one.toLowerCase() === two.toLowerCase();
