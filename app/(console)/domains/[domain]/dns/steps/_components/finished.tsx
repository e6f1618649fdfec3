import Link from "next/link";
import { Card } from "@/components/ui/card.tsx";
import type { StepsView } from "@/lib/dal/dns-steps.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Props {
  readonly t: Translate;
  readonly view: StepsView;
  readonly linkTo: (step: string) => string;
}

/** Nothing is left to do in DNS: what is on its way, what could be better, and where to go from here. */
export function Finished({ t, view, linkTo }: Props) {
  const { name, shown, steps, done } = view;
  const spreading = steps.filter(({ state }) => state === "spreading");
  const stronger = steps.filter(({ state }) => state === "stronger");
  const next = [
    { href: `/domains/${name}/mailboxes`, text: t("steps.finished.mailboxes") },
    { href: `/domains/${name}`, text: t("steps.finished.test") },
    { href: `/domains/${name}/policies`, text: t("steps.finished.policies") },
    { href: `/domains/${name}/dns`, text: t("steps.finished.records") },
  ];
  return (
    <Card
      title={
        <span id="step" tabIndex={-1}>
          {t("steps.finished.title")}
        </span>
      }
      lead={
        spreading.length === 0
          ? t("steps.finished.text", { n: done, domain: shown })
          : t("steps.finished.spreading", { n: spreading.length, domain: shown })
      }
    >
      <div className="grid gap-4">
        <Steps title={t("steps.finished.onTheWay")} steps={spreading} linkTo={linkTo} />
        <Steps title={t("steps.finished.stronger")} steps={stronger} linkTo={linkTo} />
        <div>
          <h3 className="font-medium">{t("steps.finished.next")}</h3>
          <ul className="mt-1 grid list-disc gap-1 ps-5">
            {next.map(({ href, text }) => (
              <li key={href}>
                <Link href={href} className="text-accent hover:underline">
                  {text}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </Card>
  );
}

interface StepsProps {
  readonly title: string;
  readonly steps: StepsView["steps"];
  readonly linkTo: (step: string) => string;
}

function Steps({ title, steps, linkTo }: StepsProps) {
  if (steps.length === 0) return null;
  return (
    <div>
      <h3 className="font-medium">{title}</h3>
      <ul className="mt-1 grid list-disc gap-1 ps-5">
        {steps.map((step) => (
          <li key={step.id}>
            <Link href={linkTo(step.id)} className="text-accent hover:underline">
              {step.title}
            </Link>{" "}
            <bdi translate="no" className="font-mono text-xs text-soft wrap-anywhere">
              {step.name}
            </bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}
