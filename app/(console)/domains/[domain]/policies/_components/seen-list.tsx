import { formatAge } from "@/lib/i18n/format.ts";
import { reasonText } from "@/lib/i18n/reason-text.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { SeenView } from "@/lib/dal/policies.ts";

interface Props {
  readonly t: Translate;
  readonly seen: readonly SeenView[];
  readonly now: Date;
}

/** What the checks saw last, in sentences; nothing is said that was not looked at. */
export function SeenList({ t, seen, now }: Props) {
  if (seen.length === 0) return <p className="text-soft">{t("policies.notLooked")}</p>;
  return (
    <ul className="grid gap-3">
      {seen.map(({ key, name, reasons, found, checkedAt }) => (
        <li key={key} className="border-s-2 border-line ps-3">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <bdi className="font-mono text-[0.8125rem] wrap-anywhere" translate="no">
              {name}
            </bdi>
            <span className="text-sm text-soft">
              {t("policies.seenAt", { age: formatAge(t.locale, checkedAt, now) })}
            </span>
          </p>
          {reasons.map((reason) => (
            <p key={reason.key} className="text-sm">
              {reasonText(t, reason)}
            </p>
          ))}
          {found.map((value) => (
            <code
              key={value}
              translate="no"
              className="mt-1 block font-mono text-xs whitespace-pre-wrap text-soft wrap-anywhere"
            >
              {value}
            </code>
          ))}
        </li>
      ))}
    </ul>
  );
}
