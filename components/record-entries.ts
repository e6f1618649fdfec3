/** What is entered at a DNS host for one record, field by field. */
import type { Translate } from "@/lib/i18n/translate.ts";

interface Entered {
  readonly name: string;
  /** Below the zone, or whole; "": its field stays empty. */
  readonly entered: string;
  readonly ttl: number;
  readonly fields: readonly {
    readonly label: "name" | "value" | "priority" | "weight" | "port" | "target";
    readonly value: string;
  }[];
}

export interface RecordEntry {
  readonly label: string;
  readonly value: string;
  /** A number: it stands beside its label on a phone, too. */
  readonly short: boolean;
}

const NUMBERS: ReadonlySet<string> = new Set(["priority", "weight", "port"]);

export function entriesOf(t: Translate, record: Entered): RecordEntry[] {
  const { name, entered, ttl, fields } = record;
  return [
    { label: t("dns.name"), value: entered || t("steps.empty"), short: false },
    // A DNS host that does not add the domain itself wants it written out.
    ...(entered === name ? [] : [{ label: t("share.page.fullName"), value: name, short: false }]),
    ...fields.map(({ label, value }) => {
      return { label: t(`dns.${label}`), value, short: NUMBERS.has(label) };
    }),
    { label: t("share.page.ttl"), value: String(ttl), short: true },
  ];
}
