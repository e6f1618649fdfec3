import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { StepCardView } from "@/lib/dal/dns-steps.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Props {
  readonly t: Translate;
  readonly step: StepCardView;
  /** Null: not known. */
  readonly host: string | null;
}

/** What to enter, field by field, each to copy; in the words of the DNS host's form where they are known. */
export function Entry({ t, step, host }: Props) {
  const { type, name, fullName, fields, ttl, words } = step;
  const label = (ours: string, theirs: string | undefined) =>
    theirs === undefined || theirs === ours ? ours : t("steps.field", { theirs, ours });
  const rows = [
    { key: "type", label: label(t("dns.type"), words?.type), value: type },
    { key: "name", label: label(t("dns.name"), words?.name), value: name },
    ...(name === fullName ? [] : [{ key: "full", label: t("steps.fullName"), value: fullName }]),
    ...fields.map((field) => ({
      key: field.label,
      label: label(t(`dns.${field.label}`), field.label === "value" ? words?.value : undefined),
      value: field.value,
    })),
    { key: "ttl", label: t("steps.ttl"), value: String(ttl) },
  ];
  return (
    <>
      <dl className="mt-2 grid gap-px overflow-hidden rounded-md border border-line bg-line">
        {rows.map((row) => (
          <div
            key={row.key}
            className="flex flex-wrap items-center gap-x-3 bg-surface px-3 py-0.5 sm:flex-nowrap"
          >
            <dt className="w-full pt-1 text-xs text-soft sm:w-40 sm:shrink-0 sm:pt-0 sm:text-sm">
              {row.label}
            </dt>
            {row.value === "" ? (
              <dd className="min-w-0 flex-1 py-1.5 text-sm text-soft">{t("steps.empty")}</dd>
            ) : (
              <>
                <dd
                  translate="no"
                  className="min-w-0 flex-1 py-1 font-mono text-[0.8125rem] wrap-anywhere"
                >
                  {row.value}
                </dd>
                <dd className="flex">
                  <CopyButton
                    text={row.value}
                    label={t("common.copyWhat", { what: `${row.label} ${type} ${fullName}` })}
                    copied={t("common.copied")}
                  />
                </dd>
              </>
            )}
          </div>
        ))}
      </dl>
      <p className="mt-1.5 max-w-[72ch] text-xs text-soft">{nameHint(t, step, host)}</p>
    </>
  );
}

function nameHint(t: Translate, { zone, nameField, scope }: StepCardView, host: string | null) {
  if (scope !== "domain") return null;
  if (host === null || nameField === null) return t("steps.nameHint.unknown", { zone });
  return nameField === "full"
    ? t("steps.nameHint.full", { host })
    : t("steps.nameHint.relative", { host, zone });
}
