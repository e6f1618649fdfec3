import type { ChangeView } from "@/lib/dal/publish.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

const SIGN = { removed: "−", added: "+", stays: " " } as const;
const LOOK = {
  removed: "bg-bad-wash text-bad",
  added: "bg-good-wash text-good",
  stays: "text-soft",
} as const;

interface Props {
  readonly t: Translate;
  readonly change: ChangeView;
  /** Why it waits, or what to know: of no use when it is done. */
  readonly withNote?: boolean;
}

/** One set: what goes, what stays, what comes. Signs and words beside the colours (WCAG 1.4.1). */
export function Diff({ t, change, withNote = true }: Props) {
  const { name, type, lines, ttl, note } = change;
  return (
    <div className="min-w-0 rounded-md border border-line">
      <p className="flex flex-wrap items-baseline gap-x-3 border-b border-line bg-sunken px-3 py-1.5 text-sm">
        <bdi translate="no" className="font-medium wrap-anywhere">
          {name}
        </bdi>
        <span translate="no" className="text-soft">
          {type}
        </span>
        {ttl && <span className="text-soft">{t("publish.diff.ttl", ttl)}</span>}
      </p>
      <ul translate="no" className="font-mono text-[0.8125rem] leading-relaxed">
        {lines.map(({ sign, text }) => (
          <li key={`${sign} ${text}`} className={`flex gap-2 px-3 py-0.5 ${LOOK[sign]}`}>
            <span aria-hidden="true" className="w-2 shrink-0 select-none">
              {SIGN[sign]}
            </span>
            <span className="sr-only">{t(`publish.diff.${sign}`)}: </span>
            <bdi className={`min-w-0 wrap-anywhere ${sign === "removed" ? "line-through" : ""}`}>
              {text}
            </bdi>
          </li>
        ))}
      </ul>
      {note && withNote && (
        <p className="border-t border-line px-3 py-1.5 text-sm wrap-anywhere">{note}</p>
      )}
    </div>
  );
}
