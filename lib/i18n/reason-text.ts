/** Why a check came out as it did, as a sentence: keys of lib/mail/dns/reasons.ts. */
import { formatTime } from "./format.ts";
import { translateRow, type Translate } from "./translate.ts";

export interface StoredReason {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** Null for a reason that another version wrote. `until` is a time. */
export function reasonText(t: Translate, { key, params }: StoredReason): string | null {
  const { until } = params;
  const time = typeof until === "string" ? new Date(until) : null;
  const shown =
    time === null || Number.isNaN(time.getTime())
      ? params
      : { ...params, until: formatTime(t.locale, time) };
  return translateRow(t, `reason.${key}`, shown);
}
