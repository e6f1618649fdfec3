import Link from "next/link";
import { BeforeAfter } from "@/components/before-after.tsx";
import { FixBox } from "@/components/fix-box.tsx";
import { Badge } from "@/components/ui/badge.tsx";
import { VerdictMark } from "@/components/verdict.tsx";
import type { AlarmRow } from "@/lib/dal/alarms.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { link } from "@/lib/schemas/query.ts";
import { historyPath } from "../../_components/history-path.ts";

interface Props {
  readonly t: Translate;
  readonly alarm: AlarmRow;
}

/** What, where, since when; before and after; why; the smallest change; and the way to the record. */
export function AlarmItem({ t, alarm }: Props) {
  const { title, part, domain, shown, closedAt, reasons, before, after, fix } = alarm;
  return (
    <li className="grid gap-2 border-b border-line px-4 py-4 text-sm last:border-b-0 sm:px-5">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
        <div className="min-w-0">
          <h3 className="text-base font-medium wrap-anywhere">
            {title}
            {part !== "" && (
              <bdi translate="no" className="ms-2 font-mono text-sm font-normal text-soft">
                {part}
              </bdi>
            )}
          </h3>
          <p className="wrap-anywhere">
            {shown === null ? t("alarms.server") : <bdi translate="no">{shown}</bdi>}
          </p>
        </div>
        {closedAt === null ? (
          <VerdictMark t={t} verdict={alarm.verdict} />
        ) : (
          <Badge tone="good" glyph="tick">
            {t("alarms.state.closed")}
          </Badge>
        )}
      </div>
      <Times t={t} alarm={alarm} />
      {reasons.map((text) => (
        <p key={text} className="max-w-[72ch]">
          {text}
        </p>
      ))}
      {(before.length > 0 || after.length > 0) && (
        <BeforeAfter
          sides={[
            { label: t("alarms.before"), values: before },
            { label: t("alarms.after"), values: after },
          ]}
          none={t("check.nothing")}
        />
      )}
      {fix && closedAt === null && <FixBox t={t} fix={fix} />}
      <p className="flex flex-wrap gap-x-5 empty:hidden">
        {alarm.href !== null && (
          <Link href={alarm.href} className={LINK}>
            {placeText(t, alarm)}
            <span className="sr-only">{` ${title} ${part} ${domain ?? ""}`}</span>
          </Link>
        )}
        {alarm.href !== null && alarm.kind !== "certificate" && (
          <Link href={link(historyPath(domain), { record: alarm.key })} className={LINK}>
            {t("alarms.history")}
            <span className="sr-only">{` ${title} ${part} ${domain ?? ""}`}</span>
          </Link>
        )}
      </p>
    </li>
  );
}

const LINK = "inline-flex min-h-8 items-center text-accent hover:underline";

function placeText(t: Translate, { kind, domain }: AlarmRow): string {
  if (kind === "certificate") return t("alarms.certificates");
  return domain === null ? t("alarms.serverPage") : t("alarms.record");
}

function Times({ t, alarm: { openedAt, closedAt } }: Pick<Props, "t" | "alarm">) {
  return (
    <p className="text-soft">
      <time dateTime={openedAt.toISOString()}>
        {t("alarms.since", { time: formatTime(t.locale, openedAt) })}
      </time>
      {closedAt && (
        <>
          {" · "}
          <time dateTime={closedAt.toISOString()}>
            {t("alarms.until", { time: formatTime(t.locale, closedAt) })}
          </time>
        </>
      )}
    </p>
  );
}
