import Link from "next/link";
import { Card } from "@/components/ui/card.tsx";
import type { HomeView } from "@/lib/dal/home.ts";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

/** Who changed what last, and where. */
export function RecentChanges({ t, changes }: { t: Translate; changes: HomeView["changes"] }) {
  const now = new Date();
  return (
    <Card title={t("home.recent")} flush>
      <ol className="border-t border-line">
        {changes.map(({ id, at, text, domain, place }) => (
          <li
            key={id}
            className="grid gap-x-4 border-b border-line px-4 py-2 text-sm last:border-b-0 sm:grid-cols-[minmax(0,1fr)_auto] sm:px-5"
          >
            <span className="wrap-anywhere">{text}</span>
            <span className="text-soft wrap-anywhere sm:text-end">
              {domain === null ? (
                t("home.recent.server")
              ) : (
                <Link href={`/domains/${domain}`} className="hover:underline">
                  <bdi translate="no">{place}</bdi>
                </Link>
              )}
              {" · "}
              <time dateTime={at.toISOString()} title={formatTime(t.locale, at)}>
                {formatAge(t.locale, at, now)}
              </time>
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
