/**
 * The expected records as a zone file: RFC 1035 §5, for name servers that read one and for people who
 * copy lines from it.
 *
 * TXT values are quoted strings of at most 255 octets. What is needed once for the whole server, and
 * what belongs to somebody else's zone, stands apart at the end; lines that a name server of this
 * zone would refuse as out of zone are commented out.
 */
import { GROUPS, relativeTo, type ExpectedRecord } from "./dns/record.ts";
import { zoneValue } from "./dns/rdata.ts";

export interface ZoneOptions {
  /** "relative" sets $ORIGIN and leaves the domain off; "full" writes every name out. */
  readonly names?: "relative" | "full";
  /** Texts for comments, by the keys of lib/i18n/dns-records.ts. Without it: values only. */
  readonly say?: (key: ZoneTextKey | ExpectedRecord["purposeKey"]) => string;
}

export type ZoneTextKey =
  | `dns.zone.group.${ExpectedRecord["group"]}`
  | "dns.zone.once"
  | "dns.zone.elsewhere"
  | "dns.zone.reverse";

export function formatZone(
  domain: string,
  records: readonly ExpectedRecord[],
  { names = "relative", say }: ZoneOptions = {},
): string {
  const own = records.filter(({ scope }) => scope === "domain");
  const section = (key: ZoneTextKey, part: readonly ExpectedRecord[]) => {
    const heading = say === undefined ? [] : comment(`── ${say(key)}`);
    return part.length === 0 ? [] : ["", ...heading, ...part.flatMap(line)];
  };
  const line = (record: ExpectedRecord, at: number, part: readonly ExpectedRecord[]) => {
    // What was just said is not said again.
    const isNew = part[at - 1]?.kind !== record.kind;
    const why = say !== undefined && isNew ? comment(say(record.purposeKey)) : [];
    return [...why, zoneLine(record, domain, names)];
  };
  const lines = [
    ...comment(domain),
    ...(names === "relative" ? [`$ORIGIN ${domain}.`] : []),
    ...GROUPS.flatMap((group) =>
      section(
        `dns.zone.group.${group}`,
        own.filter((record) => record.group === group),
      ),
    ),
    ...section(
      "dns.zone.once",
      records.filter(({ scope }) => scope === "host"),
    ),
    ...section(
      "dns.zone.elsewhere",
      records.filter(({ scope }) => scope === "elsewhere"),
    ),
    ...section(
      "dns.zone.reverse",
      records.filter(({ scope }) => scope === "reverse"),
    ),
  ];
  return lines.map((text) => `${text}\n`).join("");
}

/** "name TTL IN type value"; out of zone it is a comment. */
function zoneLine(record: ExpectedRecord, domain: string, names: "relative" | "full"): string {
  const { name, ttl, data } = record;
  const owner = names === "relative" ? relativeTo(domain, name) : `${name}.`;
  const text = [owner, ttl, "IN", data.type, zoneValue(data)].join("\t");
  return isInZone(name, domain) ? text : `; ${text}`;
}

function isInZone(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** A text as comment lines: a line end in it must not start a record. */
function comment(text: string): string[] {
  return text.split(/[\r\n\v\f\u0085\u2028\u2029]+/).map((line) => `; ${line}`);
}
