import Link from "next/link";
import { Card } from "@/components/ui/card.tsx";
import { VerdictMark } from "@/components/verdict.tsx";
import type { AttentionRow } from "@/lib/dal/alarms.ts";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

/** What is broken: what, where, since when, and the way there. That nothing is, is said too. */
export function Attention({ t, rows }: { t: Translate; rows: readonly AttentionRow[] }) {
  const all = (
    <Link href="/alarms" className="inline-flex min-h-8 items-center text-accent hover:underline">
      {t("alarms.attention.all")}
    </Link>
  );
  if (rows.length === 0) {
    return (
      <Card title={t("alarms.attention")} aside={all}>
        <p className="text-soft">{t("home.attention.none")}</p>
      </Card>
    );
  }
  const now = new Date();
  return (
    <Card title={t("alarms.attention")} aside={all} flush>
      <ul className="border-t border-line">
        {rows.map(({ id, title, part, href, shown, since, verdict, others }) => (
          <li
            key={id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2.5 last:border-b-0 sm:px-5"
          >
            <div className="min-w-0">
              <Link
                href={href ?? "/alarms"}
                className="inline-flex min-h-6 items-center font-medium wrap-anywhere hover:underline"
              >
                {title} {part}
              </Link>
              <p className="text-sm text-soft wrap-anywhere">
                {shown === null ? t("alarms.server") : <bdi translate="no">{shown}</bdi>}
                {" · "}
                <time dateTime={since.toISOString()} title={formatTime(t.locale, since)}>
                  {formatAge(t.locale, since, now)}
                </time>
                {others > 0 && ` · ${t("home.broken.others", { n: others })}`}
              </p>
            </div>
            <VerdictMark t={t} verdict={verdict} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
