import Link from "next/link";
import { Badge } from "@/components/ui/badge.tsx";
import { VerdictMark } from "@/components/verdict.tsx";
import type { StepsView } from "@/lib/dal/dns-steps.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Props {
  readonly t: Translate;
  readonly steps: StepsView["steps"];
  /** Id of the step that is shown; "": none. */
  readonly current: string;
  readonly linkTo: (step: string) => string;
}

/** All steps in their order: any of them is opened by its link. */
export function StepList({ t, steps, current, linkTo }: Props) {
  return (
    <nav aria-labelledby="steps" className="rounded-lg border border-line bg-surface">
      <h2 id="steps" className="px-4 pt-4 pb-2 text-base font-semibold">
        {t("steps.all")}
      </h2>
      <ol className="border-t border-line">
        {steps.map(({ id, title, type, name, verdict }) => (
          <li key={id} className="border-b border-line last:border-b-0">
            <Link
              href={linkTo(id)}
              scroll={false}
              aria-current={id === current ? "step" : undefined}
              className="grid gap-1 px-4 py-2.5 text-sm hover:bg-sunken aria-[current]:bg-accent-wash"
            >
              <span className="font-medium">{title}</span>
              <span translate="no" className="font-mono text-xs text-soft wrap-anywhere">
                {type} {name}
              </span>
              <span>
                {verdict ? (
                  <VerdictMark t={t} verdict={verdict} />
                ) : (
                  <Badge glyph="hollow">{t("dns.state.notChecked")}</Badge>
                )}
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}
