/** The title of a check, whatever it looks at; its kind may have come from a row. */
import * as records from "./dns-records.ts";
import { translateRow, type Translate } from "./translate.ts";

export function checkTitle(t: Translate, kind: string): string {
  const texts: Readonly<Record<string, string>> = records[t.locale];
  const key = `dns.${kind}.title`;
  return texts[key] ?? translateRow(t, key, {}) ?? kind;
}
