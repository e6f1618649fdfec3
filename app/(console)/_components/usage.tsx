import { formatBytes } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

/** Above this share of the quota the bar turns to a warning. */
const HIGH = 0.9;

export function Usage({ t, used, quota }: { t: Translate; used: number; quota: number }) {
  const words = { used: formatBytes(t.locale, used), quota: formatBytes(t.locale, quota) };
  const text = t("mailboxes.usageOf", words);
  return (
    <div>
      <p className="mb-1.5 text-lg font-medium tabular-nums">{text}</p>
      <meter
        aria-label={t("mailboxes.usage")}
        min={0}
        max={quota}
        high={quota * HIGH}
        optimum={0}
        value={used}
      >
        {text}
      </meter>
    </div>
  );
}
