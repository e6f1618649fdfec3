import { Card } from "@/components/ui/card.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";

const STEPS = ["domain", "records", "mailbox"] as const;

/** What lies before somebody who has nothing yet. */
export function FirstSteps({ t }: { t: Translate }) {
  return (
    <Card title={t("home.first")}>
      <ol className="grid gap-4 sm:grid-cols-3">
        {STEPS.map((step, at) => (
          <li key={step} className="border-t-2 border-accent pt-3">
            <span aria-hidden="true" className="text-2xl font-semibold text-accent">
              {at + 1}
            </span>
            <p className="mt-1 text-soft">{t(`home.first.${step}`)}</p>
          </li>
        ))}
      </ol>
    </Card>
  );
}
