/**
 * The zone in octoDNS's YAML (github.com/octodns/octodns, docs/records.md): one list of records per name, keys
 * sorted as octoDNS wants them, semicolons in TXT escaped, long TXT split by octoDNS itself.
 */
import type { RecordSet } from "../record-sets.ts";
import { caaParts, dotted, parts, relative, type SnippetInput } from "./sets.ts";

type Scalar = string | number;
type Fields = Readonly<Record<string, Scalar>>;

export function octodnsSnippet({ zone, sets }: SnippetInput): string {
  const names = [...new Set(sets.map(({ name }) => relative(name, zone, "")))].sort();
  const blocks = names.map((name) => {
    const records = sets.filter((set) => relative(set.name, zone, "") === name);
    return [`${scalar(name)}:`, ...records.flatMap(record)];
  });
  return ["---", ...blocks.flat(), ""].join("\n");
}

function record({ type, ttl, values }: RecordSet): string[] {
  const head = [`  - ttl: ${ttl}`, `    type: ${type}`];
  // Of an alias there is one.
  if (type === "CNAME") return [...head, `    value: ${scalar(dotted(values[0] ?? ""))}`];
  return [...head, `    values:`, ...values.flatMap((value) => item(valueOf(type, value)))];
}

function item(value: Scalar | Fields): string[] {
  if (typeof value !== "object") return [`      - ${scalar(value)}`];
  const lines = Object.entries(value).sort(([one], [two]) => (one < two ? -1 : 1));
  return lines.map(
    ([key, part], at) => `${at === 0 ? "      - " : "        "}${key}: ${scalar(part)}`,
  );
}

function valueOf(type: RecordSet["type"], value: string): Scalar | Fields {
  const words = parts(value);
  const [first = 0, second = 0, third = 0] = words.map(Number);
  const last = words.at(-1) ?? "";
  switch (type) {
    case "MX":
      return { exchange: dotted(last), preference: first };
    case "SRV":
      return { port: third, priority: first, target: dotted(last), weight: second };
    case "TLSA":
      return {
        certificate_association_data: last,
        certificate_usage: first,
        matching_type: third,
        selector: second,
      };
    case "CAA":
      return { ...caaParts(value) };
    case "TXT":
      return value.replaceAll("\\", "\\\\").replaceAll(";", "\\;");
    case "PTR":
      return dotted(value);
    default:
      return value;
  }
}

/** Single-quoted (YAML 1.2 §7.3.2): nothing is special in it but the quote, which is doubled. */
const scalar = (value: Scalar) =>
  typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;
