import { FixBox } from "@/components/fix-box.tsx";
import { entriesOf } from "@/components/record-entries.ts";
import { RecordHead } from "@/components/record-head.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Values } from "@/components/values.tsx";
import type { SharedView } from "@/lib/dal/share.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

type Record = SharedView["records"][number];

/** One record: what it is for, what to enter, and what was seen of it. */
export function SharedRecord({ t, record }: { t: Translate; record: Record }) {
  const { type, purpose, seen, entered, name } = record;
  return (
    <li className="border-b border-line px-4 py-4 last:border-b-0 sm:px-5">
      <RecordHead t={t} record={record} verdict={seen?.verdict ?? null} />
      <p className="mt-1 max-w-[72ch] text-sm text-soft">{purpose}</p>
      <dl className="mt-3 grid gap-px overflow-hidden rounded-md border border-line bg-line">
        {entriesOf(t, record).map(({ label, value, short }) => (
          <div
            key={label}
            className="flex flex-wrap items-center gap-x-3 bg-surface px-3 py-0.5 sm:flex-nowrap"
          >
            <dt
              className={`shrink-0 text-xs text-soft sm:w-28 sm:pt-0 sm:text-sm ${short ? "w-28" : "w-full pt-1"}`}
            >
              {label}
            </dt>
            <dd
              className="min-w-0 flex-1 py-1 font-mono text-[0.8125rem] wrap-anywhere"
              translate="no"
            >
              {value}
            </dd>
            <dd className="flex">
              <CopyButton
                text={value}
                label={t("common.copyWhat", { what: `${label} ${type} ${entered || name}` })}
                copied={t("common.copied")}
              />
            </dd>
          </div>
        ))}
      </dl>
      {seen && <Seen t={t} seen={seen} />}
    </li>
  );
}

/** Why it does not count as correct, what is there, and the smallest change. */
function Seen({ t, seen }: { t: Translate; seen: NonNullable<Record["seen"]> }) {
  const { verdict, reasons, found, fix } = seen;
  const settled = verdict === "ok" || verdict === "off" || verdict === "accepted";
  return (
    <div className="mt-3 grid gap-2 text-sm empty:hidden">
      {reasons.map((text) => (
        <p key={text} className="max-w-[72ch]">
          {text}
        </p>
      ))}
      {!settled && found.length > 0 && (
        <div>
          <p className="text-xs text-soft">{t("check.found")}</p>
          <Values values={found} none={t("check.nothing")} />
        </div>
      )}
      {fix && <FixBox t={t} fix={fix} />}
    </div>
  );
}
