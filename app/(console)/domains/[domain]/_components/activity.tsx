import { Card } from "@/components/ui/card.tsx";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Line {
  readonly id: string;
  readonly at: Date;
  readonly text: string;
}

/** The last changes, each as a sentence with who made it. */
export function Activity({ t, lines }: { t: Translate; lines: readonly Line[] }) {
  if (lines.length === 0) {
    return (
      <Card title={t("activity.title")}>
        <p className="text-soft">{t("activity.none")}</p>
      </Card>
    );
  }
  const now = new Date();
  return (
    <Card title={t("activity.title")} lead={t("activity.lead")} flush>
      <ol className="border-t border-line">
        {lines.map(({ id, at, text }) => (
          <li
            key={id}
            className="flex flex-wrap justify-between gap-x-4 border-b border-line px-4 py-2 text-sm last:border-b-0 sm:px-5"
          >
            <span className="min-w-0 wrap-anywhere">{text}</span>
            <time
              dateTime={at.toISOString()}
              title={formatTime(t.locale, at)}
              className="text-soft"
            >
              {formatAge(t.locale, at, now)}
            </time>
          </li>
        ))}
      </ol>
    </Card>
  );
}
