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
  const fields = [
    { label: t("dns.name"), value: name },
    { label: t("dns.value"), value: record.value },
    ...(record.priority === null ? [] : [{ label: t("dns.priority"), value: record.priority }]),
  ];
  return (
    <li className="border-b border-line px-4 py-4 last:border-b-0 sm:px-5">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <h3 className="min-w-0 font-medium">
          <span translate="no" className="me-2 inline-block min-w-12 rounded bg-sunken px-1.5 py-0.5 text-center font-mono text-xs">
            {record.type}
          </span>
          <bdi translate="no" className="font-mono text-sm wrap-anywhere">
            {name}
          </bdi>
        </h3>
        <div className="flex flex-wrap gap-1.5">
          <Badge tone={record.need === "required" ? "accent" : "neutral"}>{t(`dns.need.${record.need}`)}</Badge>
          <Badge glyph="hollow">{t("dns.state.notChecked")}</Badge>
        </div>
      </div>
      <p className="mt-1.5 max-w-[72ch] text-sm text-soft">{record.purpose}</p>
      <dl className="mt-2.5 grid gap-1">
        {fields.map(({ label, value }) => (
          <div key={label} className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-2 rounded-md bg-sunken px-3 py-1 sm:grid-cols-[7rem_minmax(0,1fr)_auto]">
            <dt className="col-span-2 text-xs text-soft sm:col-span-1 sm:text-sm">{label}</dt>
            <dd className="font-mono text-[0.8125rem] wrap-anywhere" translate="no">
              {value}
            </dd>
            <dd className="flex">
              <CopyButton
                text={value}
                label={t("common.copyWhat", { what: `${label} ${record.type} ${name}` })}
                copied={t("common.copied")}
              />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
