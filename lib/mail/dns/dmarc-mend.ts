/**
 * A DMARC record that is there, with as little changed as makes it say what is set here: unknown tags and other
 * people's report addresses stay, tags without effect go (RFC 9989), what is weaker is raised.
 */
import type { DmarcDisposition } from "./dmarc.ts";
import { parseDmarc } from "./dmarc-record.ts";
import { isSameAddress, parseReportUris } from "./report-uri.ts";
import { parseTags } from "./tag-list.ts";

const GONE = ["pct", "rf", "ri"];
/** Receivers serve the first few addresses; nobody needs more kept. */
const MAX_KEPT = 20;
const RANK: Record<DmarcDisposition, number> = { none: 0, quarantine: 1, reject: 2 };

/** What cannot be read is replaced. */
export function mendDmarc(found: string, expected: string): string {
  const [there, wanted] = [parseDmarc(found).record, parseDmarc(expected).record];
  const tags = parseTags(found, { lenient: true });
  const wantedTags = parseTags(expected);
  if (there === null || wanted === null || tags === null || wantedTags === null) return expected;
  const values = new Map(tags.entries.map(({ name, value }) => [name, value]));
  const put = (name: string) => {
    const value = wantedTags.get(name);
    if (value === undefined) values.delete(name);
    else values.set(name, value);
  };
  for (const name of GONE) values.delete(name);
  const isWeaker = (["p", "sp", "np"] as const).some(
    (part) => RANK[there[part]] < RANK[wanted[part]],
  );
  if (isWeaker) for (const name of ["p", "sp", "np"]) put(name);
  else if (!values.has("p")) put("p");
  if (there.testing && !wanted.testing) values.delete("t");
  if (there.strictDkim !== wanted.strictDkim) put("adkim");
  if (there.strictSpf !== wanted.strictSpf) put("aspf");
  for (const name of ["rua", "ruf"]) joinUris(values, name, wantedTags.get(name) ?? "");
  return written(values);
}

/** Addresses of both, those that are there first; what is none is left out. */
function joinUris(values: Map<string, string>, name: string, expected: string): void {
  const there = parseReportUris(values.get(name) ?? "").uris.slice(0, MAX_KEPT);
  const more = parseReportUris(expected).uris.filter(
    ({ address }) => !there.some((uri) => isSameAddress(uri.address, address)),
  );
  const all = [...there, ...more].map(({ text }) => text);
  if (all.length > 0) values.set(name, all.join(","));
  else values.delete(name);
}

/** `v` first, then `p`: older readers insist (RFC 7489 §6.3). */
function written(values: ReadonlyMap<string, string>): string {
  const rank = (name: string) => (name === "v" ? 0 : name === "p" ? 1 : 2);
  return [...values]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
}
