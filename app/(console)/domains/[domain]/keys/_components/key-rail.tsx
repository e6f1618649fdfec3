import type { StepView } from "@/lib/dal/keys.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

const LOOK: Record<StepView["is"], string> = {
  done: "border-good",
  here: "border-accent",
  ahead: "border-line",
};
const TEXT: Record<StepView["is"], string> = {
  done: "text-ink",
  here: "font-medium text-accent",
  ahead: "text-soft",
};

/** The life of a key in a row; below each other on a phone. */
export function KeyRail({
  t,
  steps,
  label,
}: {
  t: Translate;
  steps: readonly StepView[];
  label: string;
}) {
  return (
    <ol aria-label={label} className="grid gap-x-2 gap-y-1.5 sm:grid-cols-5">
      {steps.map(({ state, is, at }) => (
        <li
          key={state}
          aria-current={is === "here" ? "step" : undefined}
          className={`flex flex-wrap items-baseline gap-x-2 border-s-2 ps-2 sm:block sm:border-s-0 sm:border-t-2 sm:ps-0 sm:pt-1.5 ${LOOK[is]}`}
        >
          <span className={`text-sm ${TEXT[is]}`}>
            {is === "done" && <span aria-hidden="true">✓ </span>}
            {t(`keys.state.${state}`)}
          </span>
          {at !== null && (
            <time dateTime={at.toISOString()} className="block text-xs text-soft">
              {formatTime(t.locale, at)}
            </time>
          )}
        </li>
      ))}
    </ol>
  );
}
