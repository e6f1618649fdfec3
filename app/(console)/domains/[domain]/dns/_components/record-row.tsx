import { Badge } from "@/components/ui/badge.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { RecordView } from "@/lib/dal/domains.ts";

interface Props {
  readonly t: Translate;
  readonly record: RecordView;
  readonly names: "relative" | "full";
}

/** One record: what it is for, then what to copy. Nothing here was looked up, and it says so. */
export function RecordRow({ t, record, names }: Props) {
  const name = names === "full" ? record.name : record.relativeName;
  const fields = [{ label: "name" as const, value: name }, ...record.fields];
  return (
    <li className="border-b border-line px-4 py-4 last:border-b-0 sm:px-5">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
        <h3 className="flex min-w-0 items-baseline gap-2 font-medium">
          <span
            translate="no"
            className="min-w-13 rounded bg-sunken px-1.5 py-0.5 text-center font-mono text-xs font-normal text-soft"
          >
            {record.type}
          </span>
          {record.title}
        </h3>
        <div className="flex flex-wrap gap-1.5">
          <Badge tone={record.need === "required" ? "accent" : "neutral"}>
            {t(`dns.need.${record.need}`)}
          </Badge>
          <Badge glyph="hollow">{t("dns.state.notChecked")}</Badge>
        </div>
      </div>
      <p className="mt-1 max-w-[72ch] text-sm text-soft">{record.purpose}</p>
      <dl className="mt-3 divide-y divide-line rounded-md border border-line">
        {fields.map(({ label, value }) => (
          <div
            key={label}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-3 py-0.5 sm:grid-cols-[6.5rem_minmax(0,1fr)_auto]"
          >
            <dt className="col-span-2 pt-1 text-xs text-soft sm:col-span-1 sm:pt-0 sm:text-sm">
              {t(`dns.${label}`)}
            </dt>
            <dd className="py-1 font-mono text-[0.8125rem] wrap-anywhere" translate="no">
              {value}
            </dd>
            <dd className="flex">
              <CopyButton
                text={value}
                label={t("common.copyWhat", { what: `${t(`dns.${label}`)} ${record.type} ${name}` })}
                copied={t("common.copied")}
              />
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 text-xs text-soft">
        {t("dns.passes")}: {record.pass}
      </p>
    </li>
  );
}
