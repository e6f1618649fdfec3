/** What all snippets are written from: the record sets of a domain, in the order of the page. */
import { wantedRecord } from "../plan.ts";
import type { ExpectedRecord } from "../record.ts";
import { isWithin, setKey, type RecordSet } from "../record-sets.ts";

export interface SnippetInput {
  /** The domain, which is taken for the zone: people change one line if theirs is above it. */
  readonly zone: string;
  readonly sets: readonly RecordSet[];
}

/** Records of other zones are left out: their owners publish them. */
export function snippetInput(zone: string, records: readonly ExpectedRecord[]): SnippetInput {
  const sets = new Map<string, RecordSet>();
  for (const { name, type, ttl, value } of records.map((record) => wantedRecord(record))) {
    if (!isWithin(name, zone)) continue;
    const key = setKey({ name, type });
    const values = [...(sets.get(key)?.values ?? []), value];
    sets.set(key, { name, type, ttl, values: [...new Set(values)] });
  }
  return { zone, sets: [...sets.values()] };
}

/** "@" (or what stands for it), "_dmarc". */
export const relative = (name: string, zone: string, apex = "@") =>
  name === zone ? apex : name.slice(0, -zone.length - 1);

/** Numbers and names of a value: "10 mail.example.net" → [10, "mail.example.net"]. */
export const parts = (value: string) => value.split(" ");

/** A CAA value in its three parts. */
export function caaParts(value: string): { flags: number; tag: string; value: string } {
  const [, flags = "0", tag = "", inner = ""] = /^(\d+) (\S+) "(.*)"$/s.exec(value) ?? [];
  return { flags: Number(flags), tag, value: inner };
}

/** With its final dot; the root stays ".". */
export const dotted = (name: string) => (name.endsWith(".") ? name : `${name}.`);

/** JSON for a here-document: its delimiter is quoted, so that the shell changes nothing in it. */
export const hereJson = (value: unknown) => `<<'JSON'\n${JSON.stringify(value, null, 2)}\nJSON\n`;
