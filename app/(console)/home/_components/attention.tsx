import Link from "next/link";
import { Card } from "@/components/ui/card.tsx";
import { VerdictMark } from "@/components/verdict.tsx";
import type { AlarmRow } from "@/lib/dal/alarms.ts";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { link } from "@/lib/schemas/query.ts";

/** What broke: what, where, since when. That nothing did is said too, and no more than that. */
export function Attention({ t, alarms }: { t: Translate; alarms: readonly AlarmRow[] }) {
  const all = (
    <Link href="/alarms" className="inline-flex min-h-8 items-center text-accent hover:underline">
      {t("alarms.attention.all")}
    </Link>
  );
  if (alarms.length === 0) {
    return (
      <Card title={t("alarms.attention")} aside={all}>
        <p className="text-soft">{t("alarms.attention.none")}</p>
      </Card>
    );
  }
  const now = new Date();
  return (
    <Card title={t("alarms.attention")} aside={all} flush>
      <ul className="border-t border-line">
        {alarms.map(({ id, title, part, domain, shown, openedAt, verdict }) => (
          <li
            key={id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2.5 last:border-b-0 sm:px-5"
          >
            <div className="min-w-0">
              <Link
                href={link("/alarms", { q: domain ?? "" })}
                className="font-medium wrap-anywhere hover:underline"
              >
                {title} {part}
              </Link>
              <p className="text-sm text-soft wrap-anywhere">
                {shown === null ? t("alarms.server") : <bdi translate="no">{shown}</bdi>}
                {" · "}
                <time dateTime={openedAt.toISOString()} title={formatTime(t.locale, openedAt)}>
                  {formatAge(t.locale, openedAt, now)}
                </time>
              </p>
            </div>
            <VerdictMark t={t} verdict={verdict} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
