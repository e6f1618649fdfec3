import { Card } from "@/components/ui/card.tsx";
import type { DeviceView } from "@/lib/dal/devices.ts";
import { formatAge } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { Platform } from "@/lib/schemas/clients.ts";

interface Props {
  readonly t: Translate;
  readonly view: DeviceView;
  readonly platform: Platform;
}

/** What programs find by themselves: said only of names that were seen leading here. */
export function Automatic({ t, view, platform }: Props) {
  const said = sentences({ t, view, platform });
  return (
    <Card title={t("clients.auto.title")}>
      <ul className="space-y-2">
        {said.map(({ good, text }) => (
          <li key={text} className="flex items-start gap-2 wrap-anywhere">
            <svg
              aria-hidden="true"
              viewBox="0 0 10 10"
              className={`mt-1.5 size-3 shrink-0 ${good ? "text-good" : "text-soft"}`}
              fill="none"
              stroke="currentColor"
              strokeWidth="1.6"
            >
              <path d={good ? "M1.5 5.3 4 7.8 8.5 2.6" : "M1.5 5h7"} />
            </svg>
            <span className="min-w-0">{text}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function sentences({ t, view, platform }: Props): { good: boolean; text: string }[] {
  const { autoconfig, autodiscover, services, domain } = view;
  const age = (at: Date | null) => formatAge(t.locale, at ?? new Date(), new Date());
  const all = [];
  if (platform !== "outlook") {
    const { name, leadsHere, checkedAt } = autoconfig;
    const text = leadsHere
      ? t("clients.auto.autoconfig.yes", { name, age: age(checkedAt) })
      : t("clients.auto.autoconfig.no", { name });
    all.push({ good: leadsHere, text });
  }
  if (platform === "outlook" || platform === "other") {
    const { name, leadsHere, vouched, checkedAt } = autodiscover;
    const words = { name, age: age(checkedAt) };
    const text = !leadsHere
      ? t("clients.auto.autodiscover.no", { name })
      : vouched
        ? t("clients.auto.autodiscover.yes", words)
        : t("clients.auto.autodiscover.noCertificate", words);
    all.push({ good: leadsHere && vouched, text });
  }
  if (services !== null && platform !== "outlook")
    all.push({ good: true, text: t("clients.auto.srv.yes", { domain, age: age(services) }) });
  const isChecked = (platform === "outlook" ? autodiscover : autoconfig).checkedAt !== null;
  if (!isChecked) all.push({ good: false, text: t("clients.auto.unchecked") });
  return all;
}
