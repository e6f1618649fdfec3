import Link from "next/link";
import { BeforeAfter } from "@/components/before-after.tsx";
import { VerdictMark } from "@/components/verdict.tsx";
import type { HistoryView } from "@/lib/dal/alarms.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Props {
  readonly t: Translate;
  readonly change: HistoryView["rows"][number];
}

/** One change: when, of what, from which verdict to which, and what was found before and then. */
export function ChangeItem({ t, change }: Props) {
  const { at, title, of, href, verdictBefore, verdict, foundBefore, found, reasons } = change;
  const same = foundBefore.join("\n") === found.join("\n");
  return (
    <li className="grid gap-2 border-b border-line px-4 py-4 text-sm last:border-b-0 sm:px-5">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
        <div className="min-w-0">
          <h3 className="text-base font-medium wrap-anywhere">
            {href === null ? (
              title
            ) : (
              <Link href={href} className="hover:underline">
                {title}
              </Link>
            )}
          </h3>
          <p className="text-soft wrap-anywhere">
            {of === null ? t("history.gone") : <bdi translate="no">{of}</bdi>}
          </p>
        </div>
        <p className="flex flex-wrap items-center gap-1.5">
          {verdictBefore !== null && verdictBefore !== verdict && (
            <>
              <VerdictMark t={t} verdict={verdictBefore} />
              <span aria-hidden="true">→</span>
            </>
          )}
          <VerdictMark t={t} verdict={verdict} />
        </p>
      </div>
      <p className="text-soft">
        <time dateTime={at.toISOString()}>{formatTime(t.locale, at)}</time>
      </p>
      {reasons.map((text) => (
        <p key={text} className="max-w-[72ch]">
          {text}
        </p>
      ))}
      {same ? (
        verdictBefore !== null && <p className="text-soft">{t("history.same")}</p>
      ) : (
        <BeforeAfter
          sides={[
            { label: t("history.before"), values: foundBefore },
            { label: t("history.after"), values: found },
          ]}
          none={t("check.nothing")}
        />
      )}
    </li>
  );
}
