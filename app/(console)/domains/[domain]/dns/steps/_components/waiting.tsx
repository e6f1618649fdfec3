import type { StepsView } from "@/lib/dal/dns-steps.ts";
import { formatAge } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

/** What to expect, so that nobody sits and waits. */
export function Waiting({ t, view }: { t: Translate; view: StepsView }) {
  const { addedAt, host, propagation, wasGreen } = view;
  return (
    <div className="max-w-[72ch] text-sm text-soft">
      <p>
        {!wasGreen && t("steps.wait.since", { age: formatAge(t.locale, addedAt, new Date()) })}{" "}
        {host.name !== null && propagation
          ? t(`steps.wait.${propagation}`, { host: host.name })
          : t("steps.wait.any")}{" "}
        {t("steps.wait.looking")} {t(wasGreen ? "steps.wait.later" : "steps.wait.mail")}
      </p>
      <noscript>
        <p>{t("steps.wait.script")}</p>
      </noscript>
    </div>
  );
}
