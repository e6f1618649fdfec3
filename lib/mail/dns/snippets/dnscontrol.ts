/**
 * The domain in DNSControl's JavaScript (docs.dnscontrol.org/language-reference). TXT is one string: DNSControl
 * quotes it and cuts it into 255 octets.
 */
import type { RecordSet } from "../record-sets.ts";
import { caaParts, dotted, parts, relative, type SnippetInput } from "./sets.ts";

export function dnscontrolSnippet({ zone, sets }: SnippetInput): string {
  const lines = sets.flatMap((set) => set.values.map((value) => call(set, value, zone)));
  return [
    `var DSP_MINE = NewDnsProvider("mine");`,
    `var REG_NONE = NewRegistrar("none");`,
    ``,
    `D(${quoted(zone)}, REG_NONE, DnsProvider(DSP_MINE),`,
    lines.map((line) => `  ${line}`).join(",\n"),
    `);`,
    ``,
  ].join("\n");
}

function call({ name, type, ttl }: RecordSet, value: string, zone: string): string {
  const all = [quoted(relative(name, zone)), ...args(type, value), `TTL(${ttl})`];
  return `${type}(${all.join(", ")})`;
}

function args(type: RecordSet["type"], value: string): string[] {
  const words = parts(value);
  const last = words.at(-1) ?? "";
  switch (type) {
    case "MX":
    case "SRV":
      return [...words.slice(0, -1), quoted(dotted(last))];
    case "TLSA":
      return [...words.slice(0, 3), quoted(last)];
    case "CAA": {
      const { flags, tag, value: inner } = caaParts(value);
      return [quoted(tag), quoted(inner), ...(flags === 128 ? ["CAA_CRITICAL"] : [])];
    }
    case "CNAME":
    case "PTR":
      return [quoted(dotted(value))];
    default:
      return [quoted(value)];
  }
}

/** JSON is JavaScript. */
const quoted = (text: string) => JSON.stringify(text);
