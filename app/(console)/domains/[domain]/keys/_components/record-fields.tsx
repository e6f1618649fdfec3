import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { RecordView } from "@/lib/dal/keys.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

/** A record with its name and value to copy. */
export function RecordFields({ t, record }: { t: Translate; record: RecordView }) {
  const { selector, name, type, value } = record;
  return (
    <dl className="grid gap-1.5 rounded-md border border-line bg-sunken px-3 py-2">
      <Field label={`${t("keys.name")} (${type})`} value={name}>
        <CopyButton
          text={name}
          label={t("keys.copyName", { selector })}
          copied={t("common.copied")}
        />
      </Field>
      <Field label={t("keys.value")} value={value}>
        <CopyButton
          text={value}
          label={t("keys.copyValue", { selector })}
          copied={t("common.copied")}
        />
      </Field>
    </dl>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly children: React.ReactNode;
}

function Field({ label, value, children }: FieldProps) {
  return (
    <div>
      <dt className="text-xs text-soft">{label}</dt>
      <dd className="flex items-start gap-2">
        <code translate="no" className="min-w-0 grow py-1 font-mono text-[0.8125rem] wrap-anywhere">
          {value}
        </code>
        {children}
      </dd>
    </div>
  );
}

/** Several, to be added or (without values) to be taken away. */
export function RecordList({ t, records }: { t: Translate; records: readonly RecordView[] }) {
  return (
    <ul className="grid gap-3">
      {records.map((record) => (
        <li key={record.name}>
          <RecordFields t={t} record={record} />
        </li>
      ))}
    </ul>
  );
}

export function NameList({ t, records }: { t: Translate; records: readonly RecordView[] }) {
  return (
    <ul className="grid gap-2">
      {records.map(({ selector, name, type }) => (
        <li
          key={name}
          className="flex items-start gap-2 rounded-md border border-line bg-sunken px-3 py-1"
        >
          <code
            translate="no"
            className="min-w-0 grow py-1 font-mono text-[0.8125rem] wrap-anywhere"
          >
            {name} {type}
          </code>
          <CopyButton
            text={name}
            label={t("keys.copyName", { selector })}
            copied={t("common.copied")}
          />
        </li>
      ))}
    </ul>
  );
}
