/** Why something cannot be published, waits for a tick, or went wrong, as a sentence of publish.ts. */
import type { StoredReason } from "./reason-text.ts";
import { translateRow, type Translate } from "./translate.ts";

/** A general sentence for a reason that another version wrote. */
export function publishText(t: Translate, { key, params }: StoredReason): string {
  return translateRow(t, key, params) ?? t("publish.error.internal");
}
