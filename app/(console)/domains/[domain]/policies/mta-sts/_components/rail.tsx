import { formatAge } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { RailPart, RailState } from "@/lib/dal/policies.ts";

const LOOK: Record<RailState, string> = {
  done: "border-good text-good",
  failed: "border-bad text-bad",
  unknown: "border-warn text-warn",
  waiting: "border-line text-soft",
};
const SIGN: Record<RailState, string> = { done: "✓", failed: "×", unknown: "?", waiting: "" };

/** The steps in a row (below each other on a phone), each with its state in a word and a sign. */
export function Rail({ t, rail, now }: { t: Translate; rail: readonly RailPart[]; now: Date }) {
  return (
    <ol className="grid gap-3 sm:grid-cols-3 lg:grid-cols-6">
      {rail.map(({ step, state, at }) => (
        <li key={step} className={`border-t-2 pt-2 ${LOOK[state]}`}>
          <p className="text-sm font-medium text-ink">{t(`sts.rail.${step}`)}</p>
          <p className="text-sm">
            <span aria-hidden="true">{SIGN[state]} </span>
            {t(`sts.state.${state}`)}
          </p>
          {at !== null && state !== "waiting" && (
            <p className="text-xs text-soft">
              {t("policies.seenAt", { age: formatAge(t.locale, at, now) })}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
