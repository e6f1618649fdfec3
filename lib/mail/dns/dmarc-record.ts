/**
 * Reading a DMARC policy record: RFC 9989 §4.7. "v=DMARC1" first and spelled so; names have no case; unknown
 * tags are passed over; a tag with a wrong value is as if it were not there. Without a valid `p` the record
 * counts as p=none when it names somewhere to report to, and not at all otherwise.
 *
 * pct, rf and ri (RFC 7489) have no effect any more: they are read only to say so.
 */
import type { DmarcDisposition } from "./dmarc.ts";
import { parseReportUris, type ReportUris } from "./report-uri.ts";
import { parseTags, type TagList } from "./tag-list.ts";

export interface DmarcRecord {
  readonly p: DmarcDisposition;
  readonly sp: DmarcDisposition;
  readonly np: DmarcDisposition;
  /** "t=y": receivers apply the policy one step more mildly. */
  readonly testing: boolean;
  readonly psd: "y" | "n" | "u";
  readonly strictDkim: boolean;
  readonly strictSpf: boolean;
  readonly rua: ReportUris;
  readonly ruf: ReportUris;
  readonly fo: readonly string[];
  /** Tags that RFC 9989 has done away with, as they stand there. */
  readonly obsolete: readonly string[];
  /** What was passed over: "p=qurantine". */
  readonly ignored: readonly string[];
}

export type ParsedDmarc =
  | { readonly record: DmarcRecord; readonly problem: null }
  | { readonly record: null; readonly problem: string };

const DISPOSITIONS: readonly DmarcDisposition[] = ["none", "quarantine", "reject"];
const OBSOLETE = ["pct", "rf", "ri"];

/** What a receiver takes for a DMARC record at all: others at the name are discarded (§4.10.1). */
export const isDmarc = (text: string) => /^\s*v\s*=\s*DMARC1\s*(?:;|$)/.test(text);

export function parseDmarc(text: string): ParsedDmarc {
  const tags = parseTags(text, { lenient: true });
  if (!isDmarc(text) || tags === null) return { record: null, problem: "v" };
  const [p, sp, np] = [disposition(tags, "p"), disposition(tags, "sp"), disposition(tags, "np")];
  const rua = parseReportUris(tags.get("rua") ?? "");
  const isBroken = p.value === null || sp.isWrong || np.isWrong;
  if (isBroken && rua.uris.length === 0) {
    const culprit = [p, sp, np].find(({ isWrong }) => isWrong);
    return { record: null, problem: culprit?.text ?? "p" };
  }
  const own = isBroken ? "none" : (p.value ?? "none");
  const below = isBroken ? own : (sp.value ?? own);
  const record: DmarcRecord = {
    p: own,
    sp: below,
    np: isBroken ? own : (np.value ?? below),
    testing: is(tags, "t", "y"),
    psd: is(tags, "psd", "y") ? "y" : is(tags, "psd", "n") ? "n" : "u",
    strictDkim: is(tags, "adkim", "s"),
    strictSpf: is(tags, "aspf", "s"),
    rua,
    ruf: parseReportUris(tags.get("ruf") ?? ""),
    fo: (tags.get("fo") ?? "0").split(":").map((option) => option.trim().toLowerCase()),
    obsolete: tags.entries.filter(({ name }) => OBSOLETE.includes(name)).map(({ name }) => name),
    ignored: [p, sp, np].filter(({ isWrong }) => isWrong).map(({ text: part }) => part),
  };
  return { record, problem: null };
}

interface Disposition {
  readonly value: DmarcDisposition | null;
  /** There, and not one of the three. */
  readonly isWrong: boolean;
  readonly text: string;
}

function disposition(tags: TagList, name: string): Disposition {
  const given = tags.get(name);
  const value = DISPOSITIONS.find((known) => known === given?.toLowerCase()) ?? null;
  return { value, isWrong: given !== undefined && value === null, text: `${name}=${given ?? ""}` };
}

const is = (tags: TagList, name: string, value: string) => tags.get(name)?.toLowerCase() === value;
