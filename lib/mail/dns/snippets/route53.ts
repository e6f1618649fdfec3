/**
 * A change batch for Amazon Route 53. CREATE, not UPSERT: an existing set is not replaced. TXT octets that are
 * no printable ASCII are written in octal there, not in decimal as in a zone file (Developer Guide, TXT).
 */
import { toPresentation } from "../presentation.ts";
import type { RecordSet } from "../record-sets.ts";
import { dotted, type SnippetInput } from "./sets.ts";

export function route53Snippet({ zone, sets }: SnippetInput): string {
  const batch = { Comment: `Mail records of ${zone}`, Changes: sets.map(change) };
  return `${JSON.stringify(batch, null, 2)}\n`;
}

const change = ({ name, type, ttl, values }: RecordSet) => ({
  Action: "CREATE",
  ResourceRecordSet: {
    Name: dotted(name),
    Type: type,
    TTL: ttl,
    ResourceRecords: values.map((value) => {
      const text = toPresentation(type, value);
      return { Value: type === "TXT" ? octal(text) : text };
    }),
  },
});

const octal = (text: string) =>
  text.replace(
    /\\(\d{3})/g,
    (_, octet: string) => `\\${Number(octet).toString(8).padStart(3, "0")}`,
  );
