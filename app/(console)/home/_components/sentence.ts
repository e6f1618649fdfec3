/** How the domains are, in as few words as are true. */
import type { HealthCounts } from "@/lib/dal/home.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

export function healthSentence(t: Translate, counts: HealthCounts, serverToo: boolean): string {
  const { total, healthy, attention } = counts;
  if (total === 0) return t("home.noDomains");
  const first =
    healthy === total
      ? t("home.healthy", { n: total })
      : attention > 0
        ? t("home.attention", { n: attention })
        : t("home.noAttention");
  const others = (["unseen", "unknown", "waiting", "part"] as const).flatMap((how) =>
    counts[how] === 0 ? [] : t(`home.${how}`, { n: counts[how] }),
  );
  const all = [first, ...others, ...(serverToo ? [t("home.serverToo")] : [])];
  return all.join(t.locale === "zh" ? "" : " ");
}
