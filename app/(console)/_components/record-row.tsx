import type { ReactNode } from "react";
import { RecordHead } from "@/components/record-head.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { CheckView } from "@/lib/dal/dns.ts";
import type { RecordView } from "@/lib/dal/domains.ts";
import { CheckState } from "./check-state.tsx";

interface Props {
  readonly t: Translate;
  readonly record: RecordView;
  /** As it is entered; "": its field stays empty. */
  readonly name: string;
  /** Null: the server itself. */
  readonly domain: string | null;
  /** What was seen of it; undefined: nobody has looked, and it says so. */
  readonly check: CheckView | undefined;
  readonly mayAccept: boolean;
}

/** One record: what it is for, what to copy, and what the world answers. */
export function RecordRow({ t, record, name, domain, check, mayAccept }: Props) {
  const fields = [{ label: "name" as const, value: name }, ...record.fields];
  return (
    <li
      id={`record-${record.id}`}
      className="border-b border-line px-4 py-4 last:border-b-0 target:bg-accent-wash sm:px-5"
    >
      <RecordHead t={t} record={record} verdict={check?.verdict ?? null} />
      <p className="mt-1 max-w-[72ch] text-sm text-soft">{record.purpose}</p>
      <dl className="mt-3 flex flex-wrap overflow-hidden rounded-md border border-line bg-line gap-px">
        {fields.map(({ label, value }) => (
          <Field
            key={label}
            label={t(`dns.${label}`)}
            value={value || t("steps.empty")}
            short={SHORT.has(label)}
          >
            {value !== "" && (
              <CopyButton
                text={value}
                label={t("common.copyWhat", {
                  what: `${t(`dns.${label}`)} ${record.type} ${name || record.name}`,
                })}
                copied={t("common.copied")}
              />
            )}
          </Field>
        ))}
      </dl>
      <p className="mt-2 text-xs text-soft">
        {t("dns.passes")}: {record.pass}
      </p>
      {check && <CheckState t={t} domain={domain} check={check} mayAccept={mayAccept} />}
    </li>
  );
}

/** Numbers stand side by side; names and values have a line each. */
const SHORT: ReadonlySet<string> = new Set(["priority", "weight", "port"]);

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly short: boolean;
  readonly children: ReactNode;
}

function Field({ label, value, short, children }: FieldProps) {
  return (
    <div
      className={`flex grow items-center gap-x-3 bg-surface px-3 py-0.5 ${short ? "basis-28 sm:basis-56" : "basis-full flex-wrap sm:flex-nowrap"}`}
    >
      <dt
        className={`text-xs text-soft sm:text-sm sm:w-20 sm:shrink-0 ${short ? "" : "w-full pt-1 sm:pt-0"}`}
      >
        {label}
      </dt>
      <dd className="min-w-0 grow py-1 font-mono text-[0.8125rem] wrap-anywhere" translate="no">
        {value}
      </dd>
      <dd className="flex">{children}</dd>
    </div>
  );
}
